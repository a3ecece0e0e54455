// SPDX-License-Identifier: GPL-2.0-or-later
// What a packet does to its connection's state, for all protocols (kernel: *_state_transition()).
#include "ipvs/proto/protocol.h"

#include <fmt/format.h>

#include "ipvs/core.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

// Kernel: the part of set_tcp_state() and set_sctp_state() that moves a connection between the destination's counters.
void move_counters(Conn& conn, bool active) {
  Destination* dest = conn.dest;
  if (dest == nullptr) return;
  if (!conn.has(conn_flag::inactive) && !active) {
    --dest->active_conns;
    ++dest->inactive_conns;
    conn.set(conn_flag::inactive);
  } else if (conn.has(conn_flag::inactive) && active) {
    --dest->inactive_conns;
    ++dest->active_conns;
    conn.clear(conn_flag::inactive);
  }
}

// The first reply seen ends "input only" for good.
template <class Table>
Table table_for(Conn& conn, Direction direction) {
  if (conn.has(conn_flag::no_output)) {
    if (direction == Direction::input) return Table::input_only;
    conn.clear(conn_flag::no_output);
  }
  return direction == Direction::input ? Table::input : Table::output;
}

void set_tcp_state(Core& core, Conn& conn, Direction direction, const std::uint8_t* tcp, const Packet& packet) {
  const TcpTable table = table_for<TcpTable>(conn, direction);
  const std::uint8_t next = tcp_next_state(core.protocols.secure_tcp, table, tcp_event(tcp[13]), conn.state);
  if (next != conn.state) {
    move_counters(conn, tcp_active(next));
    if (next == tcp_state::established) assure_controller(conn);
    if (core.host.tracing()) journal_state(core, conn, conn.state, next, packet);
  }
  conn.state = next;
  conn.timeout = core.protocols.tcp[next];
}

void set_sctp_state(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header) {
  const std::uint32_t chunk_at = header.offset + header.size + 12;
  if (packet.size() < chunk_at + 4) return;
  std::array<std::uint8_t, 4> chunk{};
  packet.read(chunk_at, chunk);
  // An ABORT may be bundled behind a COOKIE chunk.
  std::uint8_t second = 255;
  const std::uint32_t length = base::load_be16(chunk.data() + 2);
  const std::uint32_t next_at = chunk_at + ((length + 3u) & ~3u);
  if (length >= 4 && packet.size() >= next_at + 4) {
    std::array<std::uint8_t, 4> following{};
    packet.read(next_at, following);
    second = following[0];
  }
  const SctpTable table = table_for<SctpTable>(conn, direction);
  const std::uint8_t next = sctp_next_state(table, sctp_event(chunk[0], second), conn.state);
  if (next != conn.state) {
    move_counters(conn, sctp_active(next));
    if (next == sctp_state::established) assure_controller(conn);
    if (core.host.tracing()) journal_state(core, conn, conn.state, next, packet);
  }
  conn.state = next;
  conn.timeout = core.protocols.sctp[next];
}

}  // namespace

std::string counters_text(const Conn& conn) {
  if (conn.dest == nullptr) return {};
  return fmt::format("; {}:{} now ActiveConn {} InActConn {}", conn.dest->addr.text(), conn.dest->port,
                     conn.dest->active_conns, conn.dest->inactive_conns);
}

void journal_state(Core& core, const Conn& conn, std::uint8_t from, std::uint8_t to, const Packet& packet) {
  const bool tcp = conn.protocol == static_cast<std::uint8_t>(IpProto::tcp);
  core.host.journal("conn",
                    fmt::format("{} {}:{} -> {}:{} to {}:{} {} -> {}{}", protocol_name(conn.protocol),
                                conn.caddr.text(), conn.cport, conn.vaddr.text(), conn.vport, conn.daddr.text(),
                                conn.dport, tcp ? tcp_state_name(from) : sctp_state_name(from),
                                tcp ? tcp_state_name(to) : sctp_state_name(to), counters_text(conn)),
                    packet.walk);
}

void set_state(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header) {
  switch (header.protocol) {
    case IpProto::tcp:
      // A header that is cut short changes nothing.
      if (packet.may_pull(header.offset + header.size + wire::Tcp::kMinSize)) {
        set_tcp_state(core, conn, direction, packet.data() + header.offset + header.size, packet);
      }
      break;
    case IpProto::udp:
      conn.timeout = core.protocols.udp;
      if (direction == Direction::output) assure_controller(conn);
      break;
    case IpProto::sctp: set_sctp_state(core, conn, direction, packet, header); break;
    default: break;
  }
}

}  // namespace lvs::ipvs
