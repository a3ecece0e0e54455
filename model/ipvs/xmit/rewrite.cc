// SPDX-License-Identifier: GPL-2.0-or-later
// Changing addresses and ports, and the checksums over them (kernel: *_dnat_handler(), *_snat_handler(),
// ip_vs_nat_icmp()).
#include "ipvs/proto/ftp.h"
#include "ipvs/xmit/xmit.h"
#include "wire/crc32c.h"
#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kSctpHeader = 12;
constexpr std::uint16_t kUdpNoneSent = 0, kUdpZero = 0xffff;  // RFC 768: zero means "none", all ones is zero

// One end of a connection before and after.
struct Change {
  base::Ipv4Addr from, to;
  std::uint16_t from_port, to_port;
  bool source;  // of the packet, else its destination
};

// The field holds the pseudo header's sum, which knows no ports (kernel: *_partial_csum_update()).
std::uint16_t rewritten_partial(std::uint16_t sum, const Change& c) {
  return static_cast<std::uint16_t>(~wire::checksum_update(static_cast<std::uint16_t>(~sum), c.from, c.to));
}

std::uint16_t full_checksum(const Packet& packet, std::uint32_t transport, base::Ipv4Addr src, base::Ipv4Addr dst,
                            IpProto protocol) {
  const std::uint32_t size = packet.size() - transport;
  const wire::Sum pseudo = wire::sum_pseudo_header(src, dst, static_cast<std::uint8_t>(protocol), size);
  return wire::checksum_of(wire::sum_add(pseudo, packet.transport_sum()));
}

bool rewrite_tcp(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + wire::Tcp::kMinSize)) return false;
  const wire::Tcp tcp{packet.data() + transport};
  c.source ? tcp.set_sport(c.to_port) : tcp.set_dport(c.to_port);
  tcp.set_checksum(packet.checksum == host::ChecksumState::partial
                       ? rewritten_partial(tcp.checksum(), c)
                       : rewritten_checksum(tcp.checksum(), c.from, c.to, c.from_port, c.to_port));
  return true;
}

// A datagram without a checksum gets one, as the kernel does it.
bool rewrite_udp(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + wire::Udp::kSize)) return false;
  const wire::Udp udp{packet.data() + transport};
  c.source ? udp.set_sport(c.to_port) : udp.set_dport(c.to_port);
  if (packet.checksum == host::ChecksumState::partial) {
    udp.set_checksum(rewritten_partial(udp.checksum(), c));
    return true;
  }
  std::uint16_t checksum;
  if (udp.checksum() != kUdpNoneSent) {
    checksum = rewritten_checksum(udp.checksum(), c.from, c.to, c.from_port, c.to_port);
  } else {
    const wire::Ipv4 ip = packet.ip();
    packet.set_transport_header(transport);
    checksum = c.source ? full_checksum(packet, transport, c.to, ip.dst(), IpProto::udp)
                        : full_checksum(packet, transport, ip.src(), c.to, IpProto::udp);
  }
  udp.set_checksum(checksum == kUdpNoneSent ? kUdpZero : checksum);
  return true;
}

bool rewrite_sctp(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + kSctpHeader)) return false;
  std::uint8_t* sctp = packet.data() + transport;
  if (c.from_port == c.to_port) return true;
  base::store_be16(sctp + (c.source ? 0 : 2), c.to_port);
  if (packet.checksum == host::ChecksumState::partial) return true;
  const std::uint32_t crc = sctp_checksum(packet, transport);
  for (int i = 0; i < 4; ++i) sctp[8 + i] = static_cast<std::uint8_t>(crc >> 8 * i);  // little-endian on the wire
  return true;
}

bool rewrite(Packet& packet, const Header& header, const Change& c) {
  const std::uint32_t transport = header.offset + header.size;
  switch (header.protocol) {
    case IpProto::tcp:
      if (!rewrite_tcp(packet, transport, c)) return false;
      break;
    case IpProto::udp:
      if (!rewrite_udp(packet, transport, c)) return false;
      break;
    case IpProto::sctp:
      if (!rewrite_sctp(packet, transport, c)) return false;
      break;
    default: break;
  }
  const wire::Ipv4 ip = packet.ip();
  ip.set_checksum(wire::checksum_update(ip.checksum(), c.source ? ip.src() : ip.dst(), c.to));
  c.source ? ip.set_src(c.to) : ip.set_dst(c.to);
  refresh_after_options(ip);
  return true;
}

}  // namespace

std::uint16_t rewritten_checksum(std::uint16_t checksum, base::Ipv4Addr from, base::Ipv4Addr to,
                                 std::uint16_t from_port, std::uint16_t to_port) {
  // 0xffff more changes nothing but the spelling of zero: the kernel's sum is never 0, so its result never 0xffff.
  const wire::Sum sum = 0xffffu + static_cast<std::uint16_t>(~checksum) +
                        static_cast<std::uint16_t>(~(from.value >> 16)) + static_cast<std::uint16_t>(~from.value) +
                        (to.value >> 16) + (to.value & 0xffff) + static_cast<std::uint16_t>(~from_port) + to_port;
  return wire::checksum_of(sum);
}

bool rewrite_request(Core& core, Conn& conn, Packet& packet, const Header& header) {
  if (conn.has(conn_flag::ftp) && !ftp_request(core, conn, packet, header)) return false;
  return rewrite(packet, header, {conn.vaddr, conn.daddr, conn.vport, conn.dport, false});
}

bool rewrite_reply(Core& core, Conn& conn, Packet& packet, const Header& header) {
  if (conn.has(conn_flag::ftp) && !ftp_reply(core, conn, packet, header)) return false;
  return rewrite(packet, header, {conn.daddr, conn.vaddr, conn.dport, conn.vport, true});
}

bool rewrite_icmp(const Conn& conn, Packet& packet, const Header& header, const Header& quote, bool to_client) {
  const bool ports =
      quote.protocol == IpProto::tcp || quote.protocol == IpProto::udp || quote.protocol == IpProto::sctp;
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

std::uint32_t sctp_checksum(const Packet& packet, std::uint32_t transport) {
  wire::Crc32c crc;
  std::array<std::uint8_t, 256> chunk{};
  for (std::uint32_t at = transport; at < packet.size();) {
    const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(chunk.size(), packet.size() - at));
    packet.read(at, std::span(chunk).first(n));
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t offset = at + i - transport;
      crc.add(offset >= 8 && offset < 12 ? 0 : chunk[i]);
    }
    at += n;
  }
  return crc.value();
}

}  // namespace lvs::ipvs
