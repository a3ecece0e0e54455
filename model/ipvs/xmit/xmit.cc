// SPDX-License-Identifier: GPL-2.0-or-later
// What the transmitters have in common (kernel: __ip_vs_get_out_rt()).
#include "ipvs/xmit/xmit.h"

#include "wire/icmp.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kOuterSize = 20, kGueSize = 12, kGreSize = 4, kGreCsumSize = 8;
constexpr std::uint32_t kLeastTunnelMtu = 68;

// Bytes that a tunnel puts in front of a packet.
std::uint32_t tunnel_overhead(const Destination& dest) {
  switch (dest.tunnel_type) {
    case TunnelType::gue: return kOuterSize + kGueSize;
    case TunnelType::gre: return kOuterSize + ((dest.tunnel_flags & tunnel_flag::csum) != 0 ? kGreCsumSize : kGreSize);
    case TunnelType::ipip: break;
  }
  return kOuterSize;
}

// Kernel: do_output_route4().
host::Route look_up(Core& core, base::Ipv4Addr daddr, unsigned mode, base::Ipv4Addr& source) {
  host::FlowKey key{.dst = daddr};
  key.known_next_hop = (mode & way::known_next_hop) != 0;
  host::Route route = core.host.fib.output(key);
  source = route.src;
  if ((mode & way::connect) != 0 && route.valid() && !route.src.is_any()) {
    key.src = route.src;
    key.known_next_hop = false;
    route = core.host.fib.output(key);
  }
  if (route.type != host::RouteType::unicast && route.type != host::RouteType::local &&
      route.type != host::RouteType::broadcast && route.type != host::RouteType::multicast) {
    return {};
  }
  if (key.known_next_hop && route.gateway.is_any() && route.type == host::RouteType::unicast) {
    route.gateway = daddr;
    route.known_next_hop = true;
  }
  return route;
}

// Kernel: crosses_local_route_boundary().
bool crosses_boundary(const Packet& packet, unsigned mode, bool to_local) {
  if (to_local) {
    if ((mode & way::local) == 0) return true;
    return (mode & way::redirect) == 0 && packet.route.type != host::RouteType::local;
  }
  return (mode & way::non_local) == 0 || packet.ip().src().is_loopback();
}

// A segment or datagram of this host's own, whose socket can learn the MTU of its path; a SYN-ACK has none yet (kernel:
// maybe_update_pmtu()).
bool has_socket(const Packet& packet) {
  if (packet.in != nullptr) return false;
  switch (packet.ip().protocol()) {
    case wire::IpProto::udp: return true;
    case wire::IpProto::tcp: {
      const wire::ConstTcp tcp{packet.transport()};
      return !tcp.has(wire::Tcp::syn) || !tcp.has(wire::Tcp::ack);
    }
    default: return false;
  }
}

// The rest of get_out_route(), with the way known; `route` may be a destination's own.
OutRoute take_route(Core& core, Packet& packet, const host::Route& route, const Destination* dest, unsigned mode,
                    bool errors, base::Ipv4Addr source) {
  host::Host& host = core.host;
  if (!route.valid()) {  // kernel: dst_link_failure()
    host.icmp.send_error(packet, wire::Icmp::dest_unreach, wire::Icmp::host_unreach);
    return {OutWay::dropped, Drop::ip_outnoroutes, source};
  }
  const bool to_local = route.type == host::RouteType::local;
  if (crosses_boundary(packet, mode, to_local)) return {OutWay::dropped, Drop::ipvs_crossing_local, source};
  if (to_local) return {OutWay::local, Drop::none, source};

  const wire::Ipv4 ip = packet.ip();
  if (ip.ttl() <= 1) {
    host.icmp.send_error(packet, wire::Icmp::time_exceeded, 0);
    return {OutWay::dropped, Drop::ip_ttl, source};
  }
  ip.decrement_ttl();

  std::uint32_t mtu = route.mtu;
  if ((mode & way::tunnel) != 0) {
    const std::uint32_t overhead = dest == nullptr ? kOuterSize : tunnel_overhead(*dest);
    if (dest == nullptr || mtu < overhead + kLeastTunnelMtu) {
      return {OutWay::dropped, Drop::ipvs_tunnel_mtu, source};
    }
    mtu -= overhead;
    if (has_socket(packet)) host.fib.update_pmtu(ip.dst(), mtu, host.now());
  }
  // Without PMTU discovery a tunnel fragments whatever it gets.
  const bool check_mtu = (mode & way::tunnel) == 0 || core.settings.pmtu_disc != 0;
  if (packet.size() > mtu && check_mtu && ip.dont_fragment() && packet.gso_size == 0 && !errors) {
    host.icmp.send_error(packet, wire::Icmp::dest_unreach, wire::Icmp::frag_needed, mtu);
    return {OutWay::dropped, Drop::pkt_too_big, source};
  }
  packet.route = route;
  return {OutWay::remote, Drop::none, source};
}

}  // namespace

OutRoute get_out_route(Core& core, Packet& packet, Destination* dest, base::Ipv4Addr daddr, unsigned mode,
                       bool errors) {
  if (dest == nullptr) {
    base::Ipv4Addr source;
    const host::Route found = look_up(core, daddr, mode & ~way::connect, source);
    return take_route(core, packet, found, dest, mode, errors, source);
  }
  const host::Fib& fib = core.host.fib;
  if (dest->route_generation != fib.generation()) {
    dest->route = look_up(core, dest->addr, mode, dest->route_source);
    // A route by a device that is down is not kept.
    const bool down = dest->route.dev != nullptr && !dest->route.dev->up;
    dest->route_generation = down || !dest->route.valid() ? 0 : fib.generation();
  }
  return take_route(core, packet, dest->route, dest, mode, errors, dest->route_source);
}

HookResult send(Core& core, const Conn& conn, PacketPtr& packet, Settle settle) {
  settle_conntrack(conn, *packet, settle);
  packet->ignore_df = true;  // a fragment on the way out causes no ICMP error
  packet->ipvs_property = true;
  core.host.ip_output_routed(std::move(packet));
  return HookResult::stolen();
}

HookResult transmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header) {
  switch (conn.method()) {
    case ForwardMethod::masq: return masq_xmit(core, conn, packet, header);
    case ForwardMethod::droute: return droute_xmit(core, conn, packet, header);
    case ForwardMethod::ipip: return ipip_xmit(core, conn, packet, header);
    case ForwardMethod::bypass: return bypass_xmit(core, conn, packet, header);
    case ForwardMethod::localnode: break;
  }
  return keep_local(conn, *packet);
}

}  // namespace lvs::ipvs
