// SPDX-License-Identifier: GPL-2.0-or-later
// TCP (kernel: ip_vs_proto_tcp.c).
#include "ipvs/proto/tcp.h"

#include "ipvs/proto/protocol.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

bool has_flag(Packet& packet, const Header& header, wire::Tcp::Flag flag) {
  const std::uint32_t transport = header.offset + header.size;
  return packet.may_pull(transport + wire::Tcp::kMinSize) && wire::Tcp{packet.data() + transport}.has(flag);
}

Opening opens(const Core& core, Packet& packet, const Header& header) {
  const std::uint32_t transport = header.offset + header.size;
  if (!packet.may_pull(transport + wire::Tcp::kMinSize)) return Opening::malformed;
  const wire::Tcp tcp{packet.data() + transport};
  const bool wanted = tcp.has(wire::Tcp::syn) || core.settings.sloppy_tcp != 0;
  return wanted && !tcp.has(wire::Tcp::rst) ? Opening::may_open : Opening::not_an_opening;
}

bool renews(Packet& packet, const Header& header) { return has_flag(packet, header, wire::Tcp::syn); }

bool over(const Conn& conn, int reuse_mode) {
  return conn.state == tcp_state::time_wait || conn.state == tcp_state::close ||
         ((reuse_mode & 2) != 0 && conn.state == tcp_state::fin_wait && conn.has(conn_flag::no_output));
}

bool aborts(Packet& packet, const Header& header) { return has_flag(packet, header, wire::Tcp::rst); }

void transition(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header) {
  const std::uint32_t transport = header.offset + header.size;
  if (!packet.may_pull(transport + wire::Tcp::kMinSize)) return;  // a header that is cut short changes nothing
  const TcpTable table = table_for<TcpTable>(conn, direction);
  const TcpEvent event = tcp_event(wire::Tcp{packet.data() + transport}.flags());
  const std::uint8_t next = tcp_next_state(core.protocols.secure_tcp, table, event, conn.state);
  enter_state(core, conn, {next, tcp_active(next), next == tcp_state::established, core.protocols.tcp[next]}, packet);
}

bool rewrite(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + wire::Tcp::kMinSize)) return false;
  const wire::Tcp tcp{packet.data() + transport};
  c.source ? tcp.set_sport(c.to_port) : tcp.set_dport(c.to_port);
  tcp.set_checksum(packet.checksum == host::ChecksumState::partial ? rewritten_partial(tcp.checksum(), c)
                                                                   : rewritten_checksum(tcp.checksum(), c));
  return true;
}

Droppable droppable(std::uint8_t state) {
  if (state == tcp_state::syn_recv || state == tcp_state::synack) return Droppable::always;
  return state == tcp_state::established ? Droppable::by_lottery : Droppable::never;
}

}  // namespace

constexpr Protocol kTcp{&opens, &renews, &over, &aborts, &transition, &rewrite, &droppable};

}  // namespace lvs::ipvs
