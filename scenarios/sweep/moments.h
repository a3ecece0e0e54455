// SPDX-License-Identifier: GPL-2.0-or-later
// Moments of a point's run.
#pragma once

#include <chrono>

#include "ns3/nstime.h"

namespace lvs::scenarios {

inline ns3::Time to_ns3(std::chrono::nanoseconds t) { return ns3::NanoSeconds(t.count()); }
inline double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// The load begins when the machines are set up.
inline constexpr auto kLoadStart = std::chrono::milliseconds(1);

}  // namespace lvs::scenarios
