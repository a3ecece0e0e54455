// SPDX-License-Identifier: GPL-2.0-or-later
// Answers of the REJECT target (kernel: nf_reject_ipv4.c).
#include "host/ip/stack.h"
#include "host/netfilter/conntrack-tcp-window.h"
#include "host/netfilter/iptables.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace lvs::host {

namespace {

using wire::IpProto;
using wire::Tcp;

// PREROUTING comes before routing: an answer needs to know that the packet has a way back.
bool has_way_back(Stack& host, Hook hook, const Packet& packet) {
  return hook != Hook::NF_INET_PRE_ROUTING || host.fib.output({.dst = packet.ip().src()}).valid();
}

}  // namespace

void send_unreachable(Stack& host, Hook hook, const Packet& packet, std::uint8_t code) {
  const wire::ConstIpv4 ip = packet.ip();
  if (ip.fragment_offset() != 0 || !has_way_back(host, hook, packet)) return;
  // UDP without a checksum and protocols that have none are answered as they are.
  bool verify = ip.protocol() == IpProto::tcp || ip.protocol() == IpProto::icmp;
  if (ip.protocol() == IpProto::udp && packet.transport_size() >= 8) {
    std::array<std::uint8_t, 8> udp;
    packet.read(static_cast<std::uint32_t>(packet.transport_offset()), udp);
    verify = base::load_be16(udp.data() + 6) != 0;
  }
  if (verify && !Conntrack::checksum_ok(packet, hook)) return;
  host.icmp.send_error(packet, wire::Icmp::dest_unreach, code);
}

void send_reset(Stack& host, Conntrack& conntrack, Hook hook, const Packet& packet) {
  const wire::ConstIpv4 ip = packet.ip();
  if (ip.fragment_offset() != 0 || ip.protocol() != IpProto::tcp) return;
  const auto at = static_cast<std::uint32_t>(packet.transport_offset());
  std::array<std::uint8_t, Tcp::kMinSize> bytes;
  if (packet.size() < at + bytes.size()) return;
  packet.read(at, bytes);
  const Tcp refused{bytes.data()};
  if (refused.has(Tcp::rst) || !Conntrack::checksum_ok(packet, hook) || !has_way_back(host, hook, packet)) return;
  if (packet.route.type == RouteType::broadcast || packet.route.type == RouteType::multicast) return;

  PacketPtr reset = Packet::create();
  std::uint8_t* const out = reset->put(wire::Ipv4::kMinSize + Tcp::kMinSize);
  const wire::Ipv4 header{out};
  const auto length = static_cast<std::uint16_t>(wire::Ipv4::kMinSize + Tcp::kMinSize);
  header.init(0, length, 0, wire::Ipv4::kDf, static_cast<std::uint8_t>(host.sysctls.get(Ipv4Key::ip_default_ttl)),
              IpProto::tcp, ip.dst(), ip.src());
  const Tcp tcp{out + wire::Ipv4::kMinSize};
  if (refused.has(Tcp::ack)) {
    tcp.init(refused.dport(), refused.sport(), refused.ack_seq(), 0, Tcp::rst, 0);
  } else {
    const std::uint32_t end = refused.seq() + (refused.has(Tcp::syn) ? 1 : 0) + (refused.has(Tcp::fin) ? 1 : 0) +
                              packet.size() - at - refused.header_size();
    tcp.init(refused.dport(), refused.sport(), 0, end, Tcp::rst | Tcp::ack, 0);
  }
  const wire::Sum pseudo = wire::sum_pseudo_header(ip.dst(), ip.src(), static_cast<std::uint8_t>(IpProto::tcp),
                                                   static_cast<std::uint32_t>(Tcp::kMinSize));
  tcp.set_checksum(wire::checksum_of(wire::sum_add(pseudo, wire::sum_bytes({tcp.p, Tcp::kMinSize}))));
  reset->checksum = ChecksumState::unnecessary;
  reset->set_network_header();
  reset->set_transport_header(wire::Ipv4::kMinSize);
  reset->walk = packet.walk;
  reset->part = host.new_part();
  if (!route_me_harder(host, *reset)) return;
  // The answer belongs to the connection; what is left of that will not last (kernel: nf_ct_attach(),
  // nf_ct_set_closing()).
  if (ConntrackEntry* const entry = packet.conntrack.get()) {
    const bool reply = direction_of(packet.conntrack.info()) == CtDir::original;
    reset->conntrack.set(*entry, reply ? CtInfo::related_reply : CtInfo::related);
    conntrack.set_closing(*entry);
  }
  host.ip_local_out(std::move(reset));
}

}  // namespace lvs::host
