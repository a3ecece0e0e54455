// SPDX-License-Identifier: GPL-2.0-or-later
// The state machine of TCP (kernel: tcp_states[] of ip_vs_proto_tcp.c).
#pragma once

#include <cstdint>

#include "ipvs/table/states.h"

namespace lvs::ipvs {

// Which of the three tables: NAT sees both directions, DR and TUN only one.
enum class TcpTable : std::uint8_t { input, output, input_only };
// In the order of precedence that a segment's flags have.
enum class TcpEvent : std::uint8_t { syn, fin, ack, rst, none };

// The event of a segment: RST before SYN before FIN before ACK.
TcpEvent tcp_event(std::uint8_t flags);
// The next state; `secure` is sysctl secure_tcp at work. TcpEvent::none leads to close.
std::uint8_t tcp_next_state(bool secure, TcpTable table, TcpEvent event, std::uint8_t state);
// Does it count as an active connection?
bool tcp_active(std::uint8_t state);

}  // namespace lvs::ipvs
