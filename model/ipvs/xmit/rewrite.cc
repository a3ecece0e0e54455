// SPDX-License-Identifier: GPL-2.0-or-later
// Changing the addresses of packets and of what ICMP errors quote (kernel: *_dnat_handler(), *_snat_handler() with the
// address, ip_vs_nat_icmp()).
#include "ipvs/proto/ftp.h"
#include "ipvs/proto/protocol.h"
#include "ipvs/xmit/xmit.h"
#include "wire/icmp.h"

namespace lvs::ipvs {
namespace {

bool rewrite(Packet& packet, const Header& header, const Change& c) {
  const Protocol* const protocol = protocol_of(header.protocol);
  if (protocol != nullptr && !protocol->rewrite(packet, header.offset + header.size, c)) return false;
  const wire::Ipv4 ip = packet.ip();
  ip.set_checksum(wire::checksum_update(ip.checksum(), c.source ? ip.src() : ip.dst(), c.to));
  c.source ? ip.set_src(c.to) : ip.set_dst(c.to);
  refresh_after_options(ip);
  return true;
}

}  // namespace

bool rewrite_request(Core& core, Conn& conn, Packet& packet, const Header& header) {
  if (conn.has(conn_flag::ftp) && !ftp_request(core, conn, packet, header)) return false;
  return rewrite(packet, header, {conn.vaddr, conn.daddr, conn.vport, conn.dport, false});
}

bool rewrite_reply(Core& core, Conn& conn, Packet& packet, const Header& header) {
  if (conn.has(conn_flag::ftp) && !ftp_reply(core, conn, packet, header)) return false;
  return rewrite(packet, header, {conn.daddr, conn.vaddr, conn.dport, conn.vport, true});
}

bool rewrite_icmp(const Conn& conn, Packet& packet, const Header& header, const Header& quote, bool to_client) {
  const bool ports = protocol_of(quote.protocol) != nullptr;
  if (!packet.may_pull(quote.offset + quote.size + (ports ? 4 : 0))) return false;
  const wire::Ipv4 outer{packet.data() + header.offset};
  const wire::Ipv4 quoted{packet.data() + quote.offset};
  std::uint8_t* quoted_ports = packet.data() + quote.offset + quote.size;
  if (to_client) {
    outer.set_src(conn.vaddr);
    quoted.set_dst(conn.vaddr);
    if (ports) base::store_be16(quoted_ports + 2, conn.vport);
  } else {
    outer.set_dst(conn.daddr);
    quoted.set_src(conn.daddr);
    if (ports) base::store_be16(quoted_ports, conn.dport);
  }
  outer.refresh_checksum();
  quoted.refresh_checksum();
  const wire::Icmp icmp{packet.data() + header.offset + header.size};
  icmp.set_checksum(0);
  packet.set_transport_header(header.offset + header.size);
  icmp.set_checksum(wire::checksum_of(packet.transport_sum()));
  packet.checksum = host::ChecksumState::unnecessary;
  return true;
}

}  // namespace lvs::ipvs
