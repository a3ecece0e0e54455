// SPDX-License-Identifier: GPL-2.0-or-later
// Hierarchical timer wheel (as kernel/time/timer.c, with exact deadlines).
//
// Arming, re-arming and cancelling are constant time and allocate nothing. A timer that is armed again for a later time
// only has its deadline written: it stays in its slot and moves on when the slot comes up, so a packet that prolongs a
// connection costs one store.
#pragma once

#include <array>
#include <cstdint>

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
  Time deadline() const { return deadline_; }  // meaningful while armed

 private:
  friend class TimerWheel;
  Timer* next_ = nullptr;
  Timer** pprev_ = nullptr;
  Time deadline_{};
  Fire fire_;
};

class TimerWheel {
 public:
  // `now`: where the wheel starts.
  explicit TimerWheel(Time now = Time{0});

  // Fire at `deadline` (at once if that has passed) in the next advance().
  void arm(Timer& timer, Time deadline);
  void cancel(Timer& timer);

  // The time at which advance() next has something to do; kNever when nothing is armed. May be earlier than the first
  // deadline (timers move between levels), never later.
  Time next() const;
  // Fires every timer whose deadline is not after `now`, in order of deadline; timers armed meanwhile take part.
  void advance(Time now);

 private:
  static constexpr int kLevels = 9;
  static constexpr int kSlotBits = 6;
  static constexpr int kSlots = 1 << kSlotBits;
  static constexpr int kTickShift = 10;  // a level-0 slot is 1024 ns wide

  static std::uint64_t tick_of(Time t) {
    return t.count() <= 0 ? 0 : static_cast<std::uint64_t>(t.count()) >> kTickShift;
  }
  void insert(Timer& timer);
  static void unlink(Timer& timer);
  void cascade(int level);
  Timer* take_first_due(Time now);
  bool step_tick(std::uint64_t limit);

  std::uint64_t tick_;                             // slots before this one are empty
  std::array<std::uint64_t, kLevels> occupied_{};  // bit per slot; may be set for an emptied slot
  std::array<std::array<Timer*, kSlots>, kLevels> slots_{};
};

}  // namespace lvs::base
