// SPDX-License-Identifier: GPL-2.0-or-later
// Checks every TCP segment and UDP datagram goes through before a socket sees it, and the reset for those without one.
#pragma once

#include "host/packet/packet.h"
#include "trace/drop.h"

namespace lvs::host {

class Env;
class Stack;

// Length, header and checksum of a delivered segment; its headers are in the head afterwards (kernel: tcp_v4_rcv()).
trace::Drop check_tcp(Packet& packet);
// Likewise for UDP; the packet is trimmed to the UDP length (kernel: __udp4_lib_rcv()).
trace::Drop check_udp(Packet& packet);
// The RST that answers a segment without a connection (RFC 9293 section 3.10.7.1; kernel: tcp_v4_send_reset()).
void send_tcp_reset(Stack& host, const Packet& about);

// The mark of what answers a packet that no socket has asked for (kernel: IP4_REPLY_MARK()).
std::uint32_t reply_mark(const Env& host, const Packet& about);

}  // namespace lvs::host
