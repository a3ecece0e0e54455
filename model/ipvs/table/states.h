// SPDX-License-Identifier: GPL-2.0-or-later
// The states of TCP and SCTP connections as a director sees them, their names, and how long they last.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lvs::ipvs {

struct Conn;

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

std::string_view tcp_state_name(std::uint8_t state);
std::string_view sctp_state_name(std::uint8_t state);
// "ESTABLISHED"; of a template "NONE" or "ASSURED".
std::string_view state_name(const Conn& conn);

// Timeouts in seconds, by state.
struct ProtocolTables {
  std::array<std::uint32_t, tcp_state::count_> tcp{2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120};
  std::array<std::uint32_t, sctp_state::count_> sctp{2, 4, 61, 61, 61, 61, 61, 61, 900, 61, 61, 61, 4, 61};
  std::uint32_t udp = 300;
  bool secure_tcp = false;
};

}  // namespace lvs::ipvs
