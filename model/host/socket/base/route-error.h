// SPDX-License-Identifier: GPL-2.0-or-later
// What a program is told where there is no way out for its packets.
#pragma once

#include "host/packet/route.h"
#include "host/socket/base/socket.h"

namespace lvs::host {

// Kernel: fib_props[] and the errors of ip_route_output_key_hash_rcu(). None where there is a way.
SocketError error_of(const Route& route);

}  // namespace lvs::host
