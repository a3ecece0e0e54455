// SPDX-License-Identifier: GPL-2.0-or-later
// The ticks of the kernel that this process runs on.
#pragma once

#include "base/time.h"

namespace lvs::referee {

inline constexpr base::Time kTick = std::chrono::milliseconds(10);  // of User Mode Linux

// How long the kernel has counted ticks: their number (jiffies), and what has passed of the present one. Throws
// std::runtime_error where the kernel does not tell.
base::Time ticks_counted();

// Waits until a moment at which the wheel of the kernel's timers stands as at any other such moment, whatever has run
// before: what is set for less than two days fires as late as in any other run.
void wait_for_wheel();
// Waits for the middle of the next tick.
void wait_for_tick();

}  // namespace lvs::referee
