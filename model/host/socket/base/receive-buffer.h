// SPDX-License-Identifier: GPL-2.0-or-later
// What a socket of datagrams holds for its reader, and how long the reader takes to wake up.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace lvs::host {

inline constexpr std::size_t kReceiveBuffer = 212992;  // bytes: net.core.rmem_default
inline constexpr std::size_t kOverhead = 768;          // bytes of a small datagram in it (kernel: truesize)
// A program runs a while after what it waited for: what comes close behind, as a FIN behind the last data, is there
// too.
inline constexpr base::Time kWakeUp = std::chrono::microseconds(100);

}  // namespace lvs::host
