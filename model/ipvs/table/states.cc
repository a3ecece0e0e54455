// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/table/states.h"

#include "ipvs/table/conn.h"

namespace lvs::ipvs {

std::string_view tcp_state_name(std::uint8_t state) {
  static constexpr std::array<std::string_view, tcp_state::count_> kNames{
      "NONE",  "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT", "TIME_WAIT",
      "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "SYNACK"};
  return state < kNames.size() ? kNames[state] : "ERR!";
}

std::string_view sctp_state_name(std::uint8_t state) {
  static constexpr std::array<std::string_view, sctp_state::count_> kNames{
      "NONE",     "INIT1",       "INIT",   "C-SENT",     "C-REPLIED",  "C-WAIT",   "COOKIE",
      "C-ECHOED", "ESTABLISHED", "S-SENT", "S-RECEIVED", "S-ACK-SENT", "REJECTED", "CLOSED"};
  return state < kNames.size() ? kNames[state] : "ERR!";
}

std::string_view protocol_name(std::uint8_t protocol) {
  switch (static_cast<IpProto>(protocol)) {
    case IpProto::tcp: return "TCP";
    case IpProto::udp: return "UDP";
    case IpProto::sctp: return "SCTP";
    default: return protocol == 0 ? "IP" : "ERR!";
  }
}

std::string_view state_name(const Conn& conn) {
  if (conn.has(conn_flag::template_)) return conn.has(conn_flag::assured) ? "ASSURED" : "NONE";
  switch (static_cast<IpProto>(conn.protocol)) {
    case IpProto::tcp: return tcp_state_name(conn.state);
    case IpProto::sctp: return sctp_state_name(conn.state);
    case IpProto::udp: return "UDP";
    default: return "NONE";
  }
}

}  // namespace lvs::ipvs
