// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.h"
#include "ns3/event-impl.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"

namespace ns3 {

/**
 * An event that is scheduled again and again by who owns it: no allocation and no EventId an occurrence. May be on
 * order several times at once.
 */
class LvsEvent final : public EventImpl {
 public:
  using Function = void (*)(void* owner);
  LvsEvent(Function function, void* owner) : m_function(function), m_owner(owner) {}

  /** Calls the function after \p delay, in the context of node \p context. */
  void Schedule(uint32_t context, Time delay);
  /** The owner goes; occurrences on order do nothing. */
  void Disown() { m_owner = nullptr; }

 private:
  void Notify() override {
    if (m_owner != nullptr) m_function(m_owner);
  }

  Function m_function;
  void* m_owner;
};

/**
 * ns-3's virtual time for one host of the core, and its wake-up call: one event on order, moved only to an earlier
 * time.
 */
class LvsClock final : public ::lvs::base::Clock {
 public:
  /** \param wake called when the host's time has come, with \p self */
  LvsClock(LvsEvent::Function wake, void* self);
  ~LvsClock() override;
  LvsClock(const LvsClock&) = delete;
  LvsClock& operator=(const LvsClock&) = delete;

  /** The node in whose context events run. */
  void SetContext(uint32_t context) { m_context = context; }

  ::lvs::base::Time now() const override { return m_depth > 0 ? m_now : Read(); }
  void wake_at(::lvs::base::Time when) override;

  /** \returns ns-3's present time. */
  static ::lvs::base::Time Read();
  /** \returns ns-3's present time in nanoseconds. */
  static int64_t ReadNs() { return Read().count(); }
  static Time ToNs3(::lvs::base::Time time);
  static ::lvs::base::Time FromNs3(Time time);

  /** While one lives, within one simulator event, the time is asked for once only. */
  class Moment {
   public:
    explicit Moment(LvsClock& clock) : m_clock(clock) {
      if (m_clock.m_depth++ == 0) m_clock.m_now = Read();
    }
    ~Moment() { --m_clock.m_depth; }
    Moment(const Moment&) = delete;
    Moment& operator=(const Moment&) = delete;

   private:
    LvsClock& m_clock;
  };

 private:
  static void OnEvent(void* self);
  void Order(::lvs::base::Time when);

  Ptr<LvsEvent> m_event;
  LvsEvent::Function m_wake;
  void* m_self;
  uint32_t m_context = 0xffffffff;
  int m_depth = 0;
  ::lvs::base::Time m_now{};
  ::lvs::base::Time m_wanted = ::lvs::base::kNever;
  // Times on order, the earliest last: each was ordered when it was earlier than all before it.
  std::vector<::lvs::base::Time> m_ordered;
};

}  // namespace ns3
