// SPDX-License-Identifier: GPL-2.0-or-later
// IP in IP: tunnel devices, in and out (kernel: net/ipv4/ipip.c, ip_tunnel.c; RFC 2003).
#include <array>

#include "host/ip/stack.h"
#include "trace/why.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

constexpr std::uint32_t kOuterSize = wire::Ipv4::kMinSize;
constexpr std::uint8_t kEcnMask = 3;
constexpr std::uint8_t kEcnCe = 3;
constexpr base::Time kErrorsLast = std::chrono::seconds(30);  // kernel: IPTUNNEL_ERR_TIMEO

// Kernel: ip_tunnel_lookup() for tunnels without a key, of a packet that came in by `in`: those with both ends come
// first, then those with a far end, a near end and none; one that is bound to `in` before all that are not. The
// fallback device tunl0 takes what no other does.
Device* find_tunnel(Stack& host, const Device* in, base::Ipv4Addr remote, base::Ipv4Addr local) {
  constexpr std::size_t kKinds = 4;
  std::array<Device*, kKinds> bound{}, others{};
  Device* fallback = nullptr;
  for (const auto& dev : host.devices()) {
    if (dev->kind() != DeviceKind::ipip || !dev->up) continue;
    const bool remote_set = !dev->tunnel_remote.is_any();
    const bool local_set = !dev->tunnel_local.is_any();
    if ((remote_set && dev->tunnel_remote != remote) || (local_set && dev->tunnel_local != local)) continue;
    const std::size_t kind = (remote_set ? 0u : 2u) + (local_set ? 0u : 1u);
    const bool here = in != nullptr && dev->tunnel_link_index == in->index();
    if (dev->name() == "tunl0" && kind == 3)
      fallback = dev.get();
    else if (Device*& slot = (here ? bound : others)[kind]; slot == nullptr || kind != 0)
      slot = dev.get();  // the newest, but of those with both ends the oldest
  }
  for (Device* each : bound)
    if (each != nullptr) return each;
  for (Device* each : others)
    if (each != nullptr) return each;
  return fallback;
}

// Where its packets go; nothing, if what it is bound to is gone.
Route way_to(Fib& fib, const Device& tunnel, base::Ipv4Addr remote) {
  if (tunnel.tunnel_link_index != 0 && tunnel.tunnel_link == nullptr) return {};
  return fib.output({.dst = remote, .src = tunnel.tunnel_local, .out = tunnel.tunnel_link});
}

// RFC 6040 as the kernel has it (IP_ECN_decapsulate()). False: the packet must be dropped.
bool decapsulate_ecn(std::uint8_t outer_tos, Packet& inner) {
  if ((outer_tos & kEcnMask) != kEcnCe) return true;
  const wire::Ipv4 ip = inner.ip();
  if ((ip.tos() & kEcnMask) == 0) return false;
  if ((ip.tos() & kEcnMask) == kEcnCe) return true;
  ip.set_tos(ip.tos() | kEcnCe);
  ip.refresh_checksum();
  return true;
}

}  // namespace

void Stack::ipip_receive(PacketPtr packet) {
  const wire::Ipv4 outer = packet->ip();
  const std::uint8_t outer_tos = outer.tos();
  const base::Ipv4Addr outer_src = outer.src(), outer_dst = outer.dst();
  Device* dev = find_tunnel(*this, packet->in, outer.src(), outer.dst());
  if (dev == nullptr) {  // kernel: tunnel4_rcv()
    icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::port_unreach);
    return drop(std::move(packet), Drop::tunnel_no_device, Stage::tunnel_in);
  }
  packet->csum_start = static_cast<std::uint16_t>(packet->csum_start - outer.header_size());
  packet->pull(outer.header_size());
  if (!packet->may_pull(wire::Ipv4::kMinSize)) {
    ++dev->counters.rx_errors;
    return drop(std::move(packet), Drop::pkt_too_small, Stage::tunnel_in);
  }
  packet->set_network_header();
  if (!decapsulate_ecn(outer_tos, *packet)) {
    ++dev->counters.rx_errors;
    return drop(std::move(packet), Drop::ip_inhdr, Stage::tunnel_in);
  }
  packet->ignore_df = false;
  packet->frag_max_size = 0;
  packet->conntrack.reset();
  packet->nf_trace = false;
  if (tracing()) {
    trace(Stage::tunnel_in, *packet, Verdict::accept, Drop::none,
          {trace::WhyId::tunnel_taken, {outer_src.value, outer_dst.value}});
  }
  show_frame(*dev, *packet, false);
  reinject(*dev, std::move(packet));
}

// Kernel: ipip_err(). Routers quote too little of what the tunnel carries to pass their errors on: the next packets'
// senders are told that the host is unreachable.
bool Stack::ipip_error(const Device* in, std::uint8_t type, std::uint8_t code, const wire::ConstIpv4& quoted) {
  constexpr std::uint8_t kSourceRouteFailed = 5, kTtlExceeded = 0;
  const bool unreachable =
      type == wire::Icmp::dest_unreach && code != wire::Icmp::frag_needed && code != kSourceRouteFailed;
  const bool expired = type == wire::Icmp::time_exceeded && code == kTtlExceeded;
  Device* const dev = find_tunnel(*this, in, quoted.dst(), quoted.src());
  if (dev == nullptr) return false;
  if ((!unreachable && !expired) || dev->tunnel_remote.is_any() || (expired && dev->tunnel_ttl == 0)) return true;
  if (now() - dev->tunnel_error_at >= kErrorsLast) dev->tunnel_errors = 0;
  ++dev->tunnel_errors;
  dev->tunnel_error_at = now();
  return true;
}

// Kernel: ip_tunnel_xmit().
void Stack::tunnel_transmit(Device& dev, PacketPtr packet) {
  const wire::Ipv4 inner = packet->ip();
  const auto fail = [&](Drop reason) {
    ++dev.counters.tx_errors;
    drop(std::move(packet), reason, Stage::tunnel_out);
  };
  if (!dev.up) return fail(Drop::dev_down);
  const bool point_to_multipoint = dev.tunnel_remote.is_any();
  const base::Ipv4Addr remote = point_to_multipoint ? packet->route.next_hop(inner.dst()) : dev.tunnel_remote;
  const Route outer = way_to(fib, dev, remote);
  if (outer.type != RouteType::unicast && outer.type != RouteType::local) {  // nobody is told
    ++dev.counters.tx_carrier_errors;
    return fail(Drop::ip_outnoroutes);
  }
  if (outer.dev == &dev) {
    ++dev.counters.collisions;
    return fail(Drop::tunnel_recursion);
  }

  const std::uint32_t mtu = dev.tunnel_pmtudisc ? outer.mtu - kOuterSize : packet->route.mtu;
  if (dev.tunnel_pmtudisc && inner.dont_fragment() && packet->size() > mtu && packet->gso_size == 0) {
    icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::frag_needed, mtu);
    return fail(Drop::pkt_too_big);
  }
  if (dev.tunnel_errors > 0) {
    if (now() - dev.tunnel_error_at < kErrorsLast) {
      --dev.tunnel_errors;
      icmp.send_link_failure(*packet);
    } else {
      dev.tunnel_errors = 0;
    }
  }
  const std::uint8_t tos = inner.tos();
  const std::uint8_t ttl = dev.tunnel_ttl != 0 ? dev.tunnel_ttl : inner.ttl();
  std::uint16_t fragment_field = inner.fragment_field() & wire::Ipv4::kDf;
  if (dev.tunnel_pmtudisc) fragment_field = wire::Ipv4::kDf;

  const auto length = static_cast<std::uint16_t>(packet->size() + kOuterSize);
  ++dev.counters.tx_packets;
  dev.counters.tx_bytes += packet->size();
  packet->csum_start = static_cast<std::uint16_t>(packet->csum_start + kOuterSize);
  packet->push(kOuterSize);
  packet->set_network_header();
  packet->set_transport_header(kOuterSize);
  const wire::Ipv4 ip = packet->ip();
  // A congestion mark of the inner header is not copied outward as CE (kernel: INET_ECN_encapsulate()).
  const auto outer_tos = static_cast<std::uint8_t>((tos & kEcnMask) == kEcnCe ? (tos & ~kEcnMask) | 2 : tos);
  ip.init(outer_tos, length, next_ip_id(), fragment_field, ttl, wire::IpProto::ipip, outer.src, remote);
  ip.refresh_checksum();
  packet->route = outer;
  packet->in = nullptr;
  // The outer packet is another connection (kernel: skb_scrub_packet()).
  packet->conntrack.reset();
  packet->nf_trace = false;
  if (tracing()) {
    trace(Stage::tunnel_out, *packet, Verdict::accept, Drop::none,
          {trace::WhyId::tunnel_put, {outer.src.value, remote.value, ttl}});
  }
  ip_output_routed(std::move(packet));
}

}  // namespace lvs::host
