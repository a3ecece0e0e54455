// SPDX-License-Identifier: GPL-2.0-or-later
// When Linux fires a timer: on a tick, never early, up to an eighth late, for its wheel has slots of 8, 64, 512 ...
// ticks for what is far away, and nothing moves on to a finer slot (kernel: calc_index() in kernel/time/timer.c).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/time.h"

namespace lvs::base {

// The wheel's level of a timer: slots of 8^level ticks. It depends on how far away the timer is when it is set.
using TickLevel = std::uint8_t;

class KernelTicks {
 public:
  // `hz` ticks a second. `phase`: how long the kernel has counted ticks when the run begins, that is its count
  // (jiffies) and what has passed of the present tick; which slots begin when depends on it.
  constexpr explicit KernelTicks(unsigned hz, Time phase = Time{0}) : tick_(Time(1'000'000'000) / hz), phase_(phase) {}

  friend constexpr bool operator==(const KernelTicks&, const KernelTicks&) = default;

  constexpr Time tick() const { return tick_; }
  constexpr Time phase() const { return phase_; }
  constexpr unsigned hz() const { return static_cast<unsigned>(Time(1'000'000'000) / tick_); }

  // The kernel's count of ticks at `at` (jiffies).
  constexpr std::int64_t count(Time at) const { return (at + phase_) / tick_; }
  // The moment at which the tick of `at` began: what the kernel takes for now where it reckons in ticks.
  constexpr Time began(Time at) const { return count(at) * tick_ - phase_; }
  // What a kernel says is left at `now` of a timer set for `expires`: whole ticks, never less than none.
  constexpr Time left(Time now, Time expires) const {
    return std::max<std::int64_t>(count(expires) - count(now), 0) * tick_;
  }

  // A time to wait as timers know it: in whole ticks, rounded up, and no longer than the wheel reaches.
  constexpr Time wait(Time length) const {
    const std::int64_t ticks = length <= Time{0} ? 0 : (length + tick_ - Time{1}) / tick_;
    return std::min(ticks, furthest()) * tick_;
  }
  // The level of a timer to be set that long ahead, as wait() gives it.
  constexpr TickLevel level(Time wait) const {
    const auto ticks = static_cast<std::uint64_t>(wait / tick_);
    if (ticks < kSlots) return 0;
    // Level n holds what is less than 63 * 8^n ticks away.
    const auto level = static_cast<TickLevel>((static_cast<unsigned>(std::bit_width(ticks / kSlots)) + 2) / 3);
    return std::min(level, static_cast<TickLevel>(levels() - 1));
  }
  // When a timer of that level fires that was set for `expires`: at the end of its slot.
  constexpr Time fires(Time expires, TickLevel level) const {
    const unsigned shift = kLevelShift * level;
    const std::int64_t slot = ((count(expires) >> shift) + 1) << shift;
    return slot * tick_ - phase_;
  }

  // When a timer that is set again for `period` as often as it fires, for the first time at `begun`, fires next after
  // `now`.
  constexpr Time next_of(Time begun, Time period, Time now) const {
    const Time length = wait(period), first = fires(begun + length, level(length));
    if (now < first) return first;
    const Time step = fires(first + length, level(length)) - first;  // from slot to slot
    return first + ((now - first) / step + 1) * step;
  }

 private:
  static constexpr unsigned kLevelShift = 3;
  static constexpr std::int64_t kSlots = 63;  // of a level, for timers to be set

  // Kernel: LVL_DEPTH and WHEEL_TIMEOUT_MAX; what is set for later fires then.
  constexpr unsigned levels() const { return hz() > 100 ? 9 : 8; }
  constexpr std::int64_t furthest() const { return (kSlots - 1) << kLevelShift * (levels() - 1); }

  Time tick_, phase_;
};

}  // namespace lvs::base
