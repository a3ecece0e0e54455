// SPDX-License-Identifier: GPL-2.0-or-later
// Sending IPv4 (kernel: net/ipv4/ip_output.c).
#include "host/ip/stack.h"
#include "host/packet/offload.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

void Stack::ip_local_out(PacketPtr packet) {
  const Busy busy(*this);
  packet->set_network_header();
  packet->has_link_header = false;
  packet->type = PacketType::outgoing;
  if (packet->walk == 0) packet->walk = new_walk();
  const wire::Ipv4 ip = packet->ip();
  packet->set_transport_header(ip.header_size());
  const FlowKey key{.dst = ip.dst(),
                    .src = ip.src(),
                    .in = nullptr,
                    .out = packet->out,
                    .mark = packet->mark,
                    .tos = ip.tos(),
                    .packet = packet.get()};
  if (!packet->route.valid()) packet->route = fib.output(key);
  const trace::Why why = tracing() ? fib.explain(key) : trace::Why{};
  switch (packet->route.type) {
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast: break;
    case RouteType::blackhole: return drop(std::move(packet), Drop::ip_blackhole_route, Stage::routing, why);
    case RouteType::prohibit: return drop(std::move(packet), Drop::ip_prohibit_route, Stage::routing, why);
    case RouteType::unreachable: return drop(std::move(packet), Drop::ip_unreachable_route, Stage::routing, why);
    case RouteType::throw_:
    case RouteType::none: return drop(std::move(packet), Drop::ip_outnoroutes, Stage::routing, why);
  }
  ip.set_total_length(static_cast<std::uint16_t>(packet->size()));
  ip.refresh_checksum();
  // A socket has asked before and remembers; the answer is shown all the same.
  if (tracing()) trace(Stage::routing, *packet, Verdict::accept, Drop::none, why);
  ip_output_routed(std::move(packet));
}

void Stack::ip_output_routed(PacketPtr packet) {
  packet->out = packet->route.dev;
  if (!run_hook(Hook::NF_INET_LOCAL_OUT, packet)) return;
  ip_output(std::move(packet));
}

void Stack::ip_output(PacketPtr packet) {
  packet->out = packet->route.dev;
  if (!run_hook(Hook::NF_INET_POST_ROUTING, packet)) return;
  ip_finish_output(std::move(packet));
}

// Kernel: __ip_finish_output() and ip_fragment().
void Stack::ip_finish_output(PacketPtr packet) {
  const std::uint32_t mtu = packet->route.mtu;
  if (packet->size() <= mtu && packet->frag_max_size == 0) return ip_output_one(std::move(packet));
  if (packet->gso_size != 0 && packet->frag_max_size == 0) {  // kernel: ip_finish_output_gso()
    if (fits_mtu(*packet, mtu)) return ip_output_one(std::move(packet));
    PacketQueue segments;
    if (!segment(*packet, segments)) return drop(std::move(packet), Drop::pkt_too_big, Stage::post_routing);
    while (PacketPtr each = segments.pop()) ip_finish_output(std::move(each));
    return;
  }
  if (packet->ip().dont_fragment() &&
      (!packet->ignore_df || (packet->frag_max_size != 0 && packet->frag_max_size > mtu))) {
    icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::frag_needed, mtu);
    return drop(std::move(packet), Drop::pkt_too_big, Stage::post_routing);
  }
  ip_fragment(std::move(packet), mtu);
}

// Kernel: ip_finish_output2(): by kind of device.
void Stack::ip_output_one(PacketPtr packet) {
  Device& out = *packet->route.dev;
  packet->out = &out;
  switch (out.kind()) {
    case DeviceKind::loopback: return loop_back(std::move(packet));
    case DeviceKind::ipip:
      if (out.up) show_frame(out, *packet, true);
      return tunnel_transmit(out, std::move(packet));
    case DeviceKind::ethernet:
    case DeviceKind::made: {
      const base::Ipv4Addr next_hop = packet->route.next_hop(packet->ip().dst());
      return neighbours.output(std::move(packet), next_hop);
    }
  }
}

}  // namespace lvs::host
