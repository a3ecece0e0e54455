// SPDX-License-Identifier: GPL-2.0-or-later
// Moments of a point's run.
#pragma once

#include <chrono>

namespace lvs::scenarios {

inline double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// The load begins when the machines are set up.
inline constexpr auto kLoadStart = std::chrono::milliseconds(1);

}  // namespace lvs::scenarios
