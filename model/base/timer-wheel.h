// SPDX-License-Identifier: GPL-2.0-or-later
// Hierarchical timer wheel, with exact deadlines or those of a kernel (kernel-ticks.h).
//
// Arming, re-arming and cancelling are constant time and allocate nothing. An exact timer that is armed again for later
// only has its deadline written: it stays in its slot and moves on when the slot comes up, so a packet that prolongs a
// connection costs one store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/kernel-ticks.h"
#include "base/time.h"

namespace lvs::base {

class TimerWheel;

// Embedded in what it times. Must be cancelled or fired before it is destroyed.
class Timer {
 public:
  using Fire = void (*)(Timer&);
  explicit Timer(Fire fire) : fire_(fire) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const { return pprev_ != nullptr; }
  // What was asked for; a timer on ticks fires later. Meaningful while armed.
  Time deadline() const { return Time{deadline_}; }

 private:
  friend class TimerWheel;
  static constexpr TickLevel kExact = 15;
  static constexpr TickLevel kAhead = 9;  // added to the level of one that goes ahead of its tick

  Timer* next_ = nullptr;
  Timer** pprev_ = nullptr;
  std::int64_t deadline_ : 60 = 0;  // 18 years
  std::uint64_t level_ : 4 = kExact;
  Fire fire_;
};

class TimerWheel {
 public:
  // `now`: where the wheel starts.
  explicit TimerWheel(Time now = Time{0});

  // Fire at `deadline` (at once if that has passed) in the next advance().
  void arm(Timer& timer, Time deadline);
  // As a timer of the kernel: `wait` from `now`, on the tick that its level of the wheel brings about; exactly without
  // ticks. `ahead`: before all others of that tick, for waits of minutes at most.
  void arm_on_tick(Timer& timer, Time now, Time wait, bool ahead = false);
  void cancel(Timer& timer);

  // Ticks of timers on ticks from now on; those that run keep their levels. std::nullopt: none.
  void set_ticks(std::optional<KernelTicks> ticks) { ticks_ = ticks; }
  const std::optional<KernelTicks>& ticks() const { return ticks_; }

  // When an armed timer fires.
  Time due(const Timer& timer) const {
    if (timer.level_ == Timer::kExact || !ticks_) return timer.deadline();
    const auto level = static_cast<TickLevel>(timer.level_);
    return ticks_->fires(timer.deadline(), level >= Timer::kAhead ? level - Timer::kAhead : level);
  }

  // The time at which advance() next has something to do; kNever when nothing is armed. May be earlier than the first
  // deadline (timers move between levels), never later.
  Time next() const;
  // Fires every timer that is due at `now`, in order; timers armed meanwhile take part. Of those due at one time exact
  // ones come first, in the order of arming; then those of the kernel's ticks as there: who goes ahead, then the
  // others, from the coarsest level to the finest, in one level who joined the slot last first.
  void advance(Time now);

 private:
  static constexpr int kLevels = 9;
  static constexpr int kSlotBits = 6;
  static constexpr int kSlots = 1 << kSlotBits;
  static constexpr int kTickShift = 10;  // a level-0 slot is 1024 ns wide

  static std::uint64_t tick_of(Time t) {
    return t.count() <= 0 ? 0 : static_cast<std::uint64_t>(t.count()) >> kTickShift;
  }
  void set(Timer& timer, Time deadline, TickLevel level);
  void insert(Timer& timer);
  static void link(Timer*& head, Timer& timer);
  static void unlink(Timer& timer);
  static Timer* reversed(Timer* list);
  bool overtakes(const Timer& later, const Timer& a) const;
  Timer* merged(Timer* a, Timer* later) const;
  Timer* sorted(Timer* list) const;
  void gather(Timer*& slot);
  void cascade(int level);
  Timer* take_first_due(Time now);
  bool step_tick(std::uint64_t limit);

  std::optional<KernelTicks> ticks_;
  std::uint64_t tick_;                             // slots before this one are empty
  Timer* due_ = nullptr;                           // of the present slot, in order
  std::array<std::uint64_t, kLevels> occupied_{};  // bit per slot; may be set for an emptied slot
  std::array<std::array<Timer*, kSlots>, kLevels> slots_{};
};

}  // namespace lvs::base
