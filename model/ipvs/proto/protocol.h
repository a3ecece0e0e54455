// SPDX-License-Identifier: GPL-2.0-or-later
// What IPVS knows of a transport protocol, one table a protocol (kernel: struct ip_vs_protocol). A new protocol is a
// file with such a table, and a line in protocol_of().
#pragma once

#include <cstdint>

#include "ipvs/core/core.h"

namespace lvs::ipvs {

// Does a packet that belongs to no connection open one?
enum class Opening : std::uint8_t { may_open, not_an_opening, malformed };

// May drop_entry take a connection in this state away (kernel: ip_vs_random_dropentry())?
enum class Droppable : std::uint8_t { always, by_lottery, never };

// One end of a connection before and after.
struct Change {
  base::Ipv4Addr from, to;
  std::uint16_t from_port, to_port;
  bool source;  // of the packet, else its destination
};

struct Protocol {
  // As the protocol sees it; `header` is no ICMP quote, which has ports only (kernel: conn_schedule).
  Opening (*opens)(const Core& core, Packet& packet, const Header& header);
  // The client begins anew: SYN, INIT (kernel: is_new_conn()).
  bool (*renews)(Packet& packet, const Header& header);
  // Such a packet of a known connection means another one (kernel: is_new_conn_expected()).
  bool (*over)(const Conn& conn, int reuse_mode);
  // The packet ends something by force, and is not answered: RST, ABORT.
  bool (*aborts)(Packet& packet, const Header& header);
  // The state that the connection is in after the packet, and its timeout (kernel: state_transition).
  void (*transition)(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header);
  // Port and checksum; false: malformed (kernel: snat_handler, dnat_handler).
  bool (*rewrite)(Packet& packet, std::uint32_t transport, const Change& change);
  Droppable (*droppable)(std::uint8_t state);
};
extern const Protocol kTcp, kUdp, kSctp;

// nullptr: a protocol that is not balanced.
inline const Protocol* protocol_of(IpProto protocol) {
  switch (protocol) {
    case IpProto::tcp: return &kTcp;
    case IpProto::udp: return &kUdp;
    case IpProto::sctp: return &kSctp;
    default: return nullptr;
  }
}

// --- for the protocols ---
// Moves a connection to its next state: counters, timeout, journal (kernel: set_tcp_state(), set_sctp_state()).
struct NextState {
  std::uint8_t state = 0;
  bool active = false;       // counts as an active connection
  bool established = false;  // has proved useful
  std::uint32_t timeout = 0;
};
void enter_state(Core& core, Conn& conn, const NextState& to, const Packet& packet);
// Which of a protocol's tables holds. The first reply seen ends "input only" for good.
template <class Table>
Table table_for(Conn& conn, Direction direction) {
  if (conn.has(conn_flag::no_output)) {
    if (direction == Direction::input) return Table::input_only;
    conn.clear(conn_flag::no_output);
  }
  return direction == Direction::input ? Table::input : Table::output;
}
// A TCP or UDP checksum field after an address and a port under it have changed (kernel: *_fast_csum_update()).
std::uint16_t rewritten_checksum(std::uint16_t checksum, const Change& change);
// The field holds the pseudo header's sum, which knows no ports (kernel: *_partial_csum_update()).
std::uint16_t rewritten_partial(std::uint16_t sum, const Change& change);

}  // namespace lvs::ipvs
