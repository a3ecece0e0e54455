// SPDX-License-Identifier: GPL-2.0-or-later
// IP options of received packets (kernel: net/ipv4/ip_options.c). Source routing is refused, as with
// accept_source_route=0.
#pragma once

#include "host/packet/packet.h"
#include "trace/drop.h"

namespace lvs::host {

class Stack;

// Checks the options of a packet whose route is known and records our address where record-route and timestamp ask for
// it (kernel: ip_rcv_options(), __ip_options_compile()). Malformed options are answered with a parameter problem.
trace::Drop receive_ip_options(Stack& host, Packet& packet);
// What Linux does before it tells that a neighbour is silent: it looks at the options of the packet that waited again,
// so that our address stands there twice and the checksum is wrong, and if that finds a fault says nothing: false
// (kernel: ipv4_send_dest_unreach()).
bool review_ip_options(Stack& host, Packet& packet);
// Fills in the address of the interface the packet leaves by, and mends the checksum (kernel: ip_forward_options()).
void forward_ip_options(Stack& host, Packet& packet);

}  // namespace lvs::host
