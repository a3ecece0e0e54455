// SPDX-License-Identifier: GPL-2.0-or-later
// When Linux fires a timer: on a tick, never early, up to an eighth late, for its wheel has slots of 8, 64, 512 ...
// ticks for what is far away, and nothing moves on to a finer slot (kernel: calc_index() in kernel/time/timer.c).
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace lvs::base {

class KernelTicks {
 public:
  // `hz` ticks a second. `phase`: the kernel's count of ticks when the run begins; which slots begin when depends on
  // it.
  constexpr KernelTicks(unsigned hz, std::uint64_t phase) : tick_(Time(1'000'000'000) / hz), phase_(phase) {}

  // When a timer fires that is set at `now` for `deadline`. Of those that fire in one tick, who was set last comes
  // first, as in the lists of the kernel; all before a packet that one of them sends is received.
  constexpr Time fires(Time now, Time deadline) const {
    const Time length = std::max(deadline - now, Time{0});
    const auto ticks = static_cast<std::uint64_t>((length + tick_ - Time{1}) / tick_);
    unsigned shift = 0;
    while (shift < kMostShift && ticks >= kSlots << shift) shift += kLevelShift;
    const std::uint64_t expires = phase_ + static_cast<std::uint64_t>(now / tick_) + ticks;
    const std::uint64_t slot = ((expires >> shift) + 1) << shift;
    return static_cast<Time::rep>(slot - phase_) * tick_ + std::min(length / kOrder, kAtOnce);
  }

 private:
  static constexpr unsigned kLevelShift = 3, kMostShift = 24;
  static constexpr std::uint64_t kSlots = 63;  // of a level, for timers to be set
  static constexpr int kOrder = 1 << 18;       // 4 us for a second
  static constexpr Time kAtOnce = 10us;

  Time tick_;
  std::uint64_t phase_;
};

}  // namespace lvs::base
