// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

#include "host/env/device.h"
#include "host/packet/packet.h"

namespace lvs::host {

// The bytes of a frame that an interface counts: not its tag, and some do not see the Ethernet header either.
std::uint32_t counted_size(const Device& in, Packet& frame);

}  // namespace lvs::host
