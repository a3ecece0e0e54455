// SPDX-License-Identifier: GPL-2.0-or-later
// What a frame must not carry over a wire.
#pragma once

#include "host/packet/packet.h"

namespace lvs::engine {

// Devices, route, mark, connection tracking and all else that only the host knows that sent it: the next one that sees
// the frame makes up its own mind. What the frame is, and the walk that it belongs to, stays.
void forget_host(host::Packet& frame);

}  // namespace lvs::engine
