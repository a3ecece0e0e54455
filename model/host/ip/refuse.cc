// SPDX-License-Identifier: GPL-2.0-or-later
// TCP and UDP without a socket: the reset and the port unreachable that every Linux host sends for a closed port
// (kernel: tcp_v4_rcv() and tcp_v4_send_reset(), __udp4_lib_rcv()).
#include "host/ip/refuse.h"

#include "host/ip/echoed-options.h"
#include "host/ip/stack.h"
#include "trace/why.h"
#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

bool transport_checksum_ok(const Packet& packet, std::uint32_t length) {
  if (packet.checksum != ChecksumState::none) return true;
  const wire::ConstIpv4 ip = packet.ip();
  const wire::Sum pseudo =
      wire::sum_pseudo_header(ip.src(), ip.dst(), static_cast<std::uint8_t>(ip.protocol()), length);
  return wire::sum_fold(wire::sum_add(pseudo, packet.transport_sum())) == 0xffff;
}

}  // namespace

Drop check_tcp(Packet& packet) {
  if (packet.type != PacketType::host) return Drop::otherhost;
  const std::size_t at = packet.transport_offset();
  if (!packet.may_pull(at + wire::Tcp::kMinSize)) return Drop::pkt_too_small;
  const unsigned header = wire::Tcp{packet.transport()}.header_size();
  if (header < wire::Tcp::kMinSize) return Drop::pkt_too_small;
  if (!packet.may_pull(at + header)) return Drop::pkt_too_small;
  return transport_checksum_ok(packet, packet.transport_size()) ? Drop::none : Drop::tcp_csum;
}

Drop check_udp(Packet& packet) {
  const std::size_t at = packet.transport_offset();
  if (!packet.may_pull(at + wire::Udp::kSize)) return Drop::pkt_too_small;
  const wire::Udp udp{packet.transport()};
  const unsigned length = udp.length();
  if (length > packet.transport_size() || length < wire::Udp::kSize) return Drop::pkt_too_small;
  packet.trim(static_cast<std::uint32_t>(at + length));
  if (udp.checksum() == 0) return Drop::none;  // RFC 768: the sender made none
  return transport_checksum_ok(packet, length) ? Drop::none : Drop::udp_csum;
}

std::uint32_t reply_mark(const Env& host, const Packet& about) {
  return host.sysctls.get(Ipv4Key::fwmark_reflect) != 0 ? about.mark : 0;
}

void send_tcp_reset(Stack& host, const Packet& about) {
  const wire::ConstIpv4 ip = about.ip();
  const wire::ConstTcp tcp{about.transport()};
  if (tcp.has(wire::Tcp::rst) || about.route.type != RouteType::local) return;

  EchoedOptions options;
  if (!echo_ip_options(host, about, options)) return;

  PacketPtr reset = Packet::create();
  reset->walk = about.walk;
  reset->part = host.new_part();
  const std::size_t header = wire::Ipv4::kMinSize + options.size;
  std::uint8_t* bytes = reset->put(header + wire::Tcp::kMinSize);
  // DF and id 0, TOS of the segment refused (kernel: tcp_sk_init(), ip_send_unicast_reply()).
  // Without the congestion bits (kernel: ip_send_unicast_reply()).
  const auto tos = static_cast<std::uint8_t>(ip.tos() & ~3u);
  wire::Ipv4{bytes}.init(tos, static_cast<std::uint16_t>(header + wire::Tcp::kMinSize), 0, wire::Ipv4::kDf,
                         static_cast<std::uint8_t>(host.sysctls.get(Ipv4Key::ip_default_ttl)), wire::IpProto::tcp,
                         ip.dst(), ip.src());
  bytes[0] = static_cast<std::uint8_t>(0x40 | header / 4);
  options.emit(bytes + wire::Ipv4::kMinSize, ip.dst(), time_of_day(host.now()));
  const wire::Tcp answer{bytes + header};
  if (tcp.has(wire::Tcp::ack)) {
    answer.init(tcp.dport(), tcp.sport(), tcp.ack_seq(), 0, wire::Tcp::rst, 0);
  } else {
    const std::uint32_t length = about.transport_size() - tcp.header_size() + (tcp.has(wire::Tcp::syn) ? 1 : 0) +
                                 (tcp.has(wire::Tcp::fin) ? 1 : 0);
    answer.init(tcp.dport(), tcp.sport(), 0, tcp.seq() + length, wire::Tcp::rst | wire::Tcp::ack, 0);
  }
  const wire::Sum pseudo = wire::sum_pseudo_header(ip.dst(), ip.src(), 6, wire::Tcp::kMinSize);
  answer.set_checksum(wire::checksum_of(wire::sum_add(pseudo, wire::sum_bytes({answer.p, wire::Tcp::kMinSize}))));
  reset->checksum = ChecksumState::unnecessary;
  if (host.tracing()) {
    host.trace(trace::Stage::socket, *reset, trace::Verdict::accept, Drop::none,
               {trace::WhyId::tcp_reset_sent, {tcp.dport()}});
  }
  reset->mark = reply_mark(host, about);
  host.ip_local_out(std::move(reset));
}

void Stack::refuse_transport(PacketPtr packet) {
  if (packet->ip().protocol() == wire::IpProto::tcp) {
    if (const Drop bad = check_tcp(*packet); bad != Drop::none) return drop(std::move(packet), bad, Stage::socket);
    send_tcp_reset(*this, *packet);
    return drop(std::move(packet), Drop::no_socket, Stage::socket);
  }
  if (const Drop bad = check_udp(*packet); bad != Drop::none) return drop(std::move(packet), bad, Stage::socket);
  if (packet->route.type == RouteType::local) {
    icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::port_unreach);
  }
  drop(std::move(packet), Drop::no_socket, Stage::socket);
}

}  // namespace lvs::host
