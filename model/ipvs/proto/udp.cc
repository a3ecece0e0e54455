// SPDX-License-Identifier: GPL-2.0-or-later
// UDP (kernel: ip_vs_proto_udp.c).
#include "wire/udp.h"
#include "ipvs/proto/protocol.h"
#include "wire/checksum.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint16_t kNoneSent = 0, kZero = 0xffff;  // RFC 768: zero means "none", all ones is zero

Opening opens(const Core&, Packet& packet, const Header& header) {
  const std::uint32_t transport = header.offset + header.size;
  return packet.size() >= transport + wire::Udp::kSize ? Opening::may_open : Opening::malformed;
}

bool renews(Packet&, const Header&) { return false; }
bool over(const Conn&, int) { return false; }
bool aborts(Packet&, const Header&) { return false; }

void transition(Core& core, Conn& conn, Direction direction, Packet&, const Header&) {
  conn.timeout = core.protocols.udp;
  if (direction == Direction::output) assure_controller(conn);
}

std::uint16_t full_checksum(const Packet& packet, std::uint32_t transport, base::Ipv4Addr src, base::Ipv4Addr dst) {
  const std::uint32_t size = packet.size() - transport;
  const wire::Sum pseudo = wire::sum_pseudo_header(src, dst, static_cast<std::uint8_t>(IpProto::udp), size);
  return wire::checksum_of(wire::sum_add(pseudo, packet.transport_sum()));
}

// A datagram without a checksum gets one, as the kernel does it.
bool rewrite(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + wire::Udp::kSize)) return false;
  const wire::Udp udp{packet.data() + transport};
  c.source ? udp.set_sport(c.to_port) : udp.set_dport(c.to_port);
  if (packet.checksum == host::ChecksumState::partial) {
    udp.set_checksum(rewritten_partial(udp.checksum(), c));
    return true;
  }
  std::uint16_t checksum;
  if (udp.checksum() != kNoneSent) {
    checksum = rewritten_checksum(udp.checksum(), c);
  } else {
    const wire::ConstIpv4 ip = packet.ip();
    packet.set_transport_header(transport);
    checksum =
        c.source ? full_checksum(packet, transport, c.to, ip.dst()) : full_checksum(packet, transport, ip.src(), c.to);
  }
  udp.set_checksum(checksum == kNoneSent ? kZero : checksum);
  return true;
}

Droppable droppable(std::uint8_t) { return Droppable::by_lottery; }

}  // namespace

constexpr Protocol kUdp{&opens, &renews, &over, &aborts, &transition, &rewrite, &droppable};

}  // namespace lvs::ipvs
