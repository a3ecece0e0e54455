// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces and sysctls of the current network namespace.
#pragma once

#include <chrono>
#include <string>

namespace lvs::referee {

void set_up(const std::string& interface, bool up = true);

// No checksum, segmentation or merging of frames in the device: captures then hold what a wire would.
void disable_offloads(const std::string& interface);

// No IPv6 address, and so no IPv6 frame, on any interface from now on.
void disable_ipv6();

// Waits until the interface is up at both ends; std::runtime_error if that takes longer than `limit`.
void wait_for_carrier(const std::string& interface, std::chrono::milliseconds limit);

}  // namespace lvs::referee
