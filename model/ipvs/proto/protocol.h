// SPDX-License-Identifier: GPL-2.0-or-later
// The state machines of TCP, UDP and SCTP connections as a director sees them (kernel: ip_vs_proto_*.c).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "wire/ipv4.h"

namespace lvs::ipvs {

namespace tcp_state {
enum : std::uint8_t {
  none,
  established,
  syn_sent,
  syn_recv,
  fin_wait,
  time_wait,
  close,
  close_wait,
  last_ack,
  listen,
  synack,
  count_
};
}  // namespace tcp_state

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
std::string_view tcp_state_name(std::uint8_t state);

namespace sctp_state {
enum : std::uint8_t {
  none,
  init1,
  init,
  cookie_sent,
  cookie_replied,
  cookie_wait,
  cookie,
  cookie_echoed,
  established,
  shutdown_sent,
  shutdown_received,
  shutdown_ack_sent,
  rejected,
  closed,
  count_
};
}  // namespace sctp_state

enum class SctpTable : std::uint8_t { input, output, input_only };
std::uint8_t sctp_next_state(SctpTable table, std::uint8_t event, std::uint8_t state);
// The event of a packet: `chunk` is its first chunk's type, `second` the next one's (255: none).
std::uint8_t sctp_event(std::uint8_t chunk, std::uint8_t second);
bool sctp_active(std::uint8_t state);
std::string_view sctp_state_name(std::uint8_t state);

// Timeouts in seconds, by state.
struct ProtocolTables {
  std::array<std::uint32_t, tcp_state::count_> tcp{2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120};
  std::array<std::uint32_t, sctp_state::count_> sctp{2, 4, 61, 61, 61, 61, 61, 61, 900, 61, 61, 61, 4, 61};
  std::uint32_t udp = 300;
  bool secure_tcp = false;
};

}  // namespace lvs::ipvs
