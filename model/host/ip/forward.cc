// SPDX-License-Identifier: GPL-2.0-or-later
// Forwarding, and what happens when there is no way (kernel: net/ipv4/ip_forward.c, ip_error() of route.c).
#include "host/ip/options.h"
#include "host/ip/stack.h"
#include "host/packet/offload.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

// Kernel: ip_exceeds_mtu().
bool exceeds_mtu(const Packet& packet, std::uint32_t mtu) {
  if (packet.size() <= mtu || !packet.ip().dont_fragment()) return false;
  if (packet.frag_max_size > mtu) return true;
  if (packet.ignore_df) return false;
  return !fits_mtu(packet, mtu);  // a GSO packet is cut into segments
}

}  // namespace

void Stack::ip_forward(PacketPtr packet) {
  if (packet->type != PacketType::host) return drop(std::move(packet), Drop::otherhost, Stage::forward);
  cpu.charge(CpuStage::route);
  if (packet->ip().ttl() <= 1) {
    icmp.send_error(*packet, wire::Icmp::time_exceeded, 0);
    return drop(std::move(packet), Drop::ip_ttl, Stage::forward);
  }
  packet->forwarded = true;
  const std::uint32_t mtu = packet->route.mtu;
  if (exceeds_mtu(*packet, mtu)) {
    icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::frag_needed, mtu);
    return drop(std::move(packet), Drop::pkt_too_big, Stage::forward);
  }
  packet->ip().decrement_ttl();
  if (packet->route.redirect) icmp.send_redirect(*packet, packet->route.next_hop(packet->ip().dst()));
  packet->out = packet->route.dev;
  if (!run_hook(Hook::NF_INET_FORWARD, packet)) return;
  if (packet->ip().header_size() > wire::Ipv4::kMinSize) forward_ip_options(*this, *packet);
  ip_output(std::move(packet));
}

// A packet nobody can take on. Only a router says so (kernel: ip_error()).
void Stack::ip_error(PacketPtr packet) {
  const RouteError error = packet->route.error;
  trace::Why why;
  if (tracing()) why = fib.explain(flow_of(*packet));
  if (!forwarding(*packet->in)) {
    const Drop reason = error == RouteError::net_unreachable ? Drop::ip_innoroutes : Drop::ip_forwarding_off;
    // A way there is, but only routers take it: that is the reason then.
    return drop(std::move(packet), reason, Stage::routing, reason == Drop::ip_innoroutes ? why : trace::Why{});
  }
  std::uint8_t code = wire::Icmp::net_unreach;
  Drop reason = Drop::ip_innoroutes;
  if (error == RouteError::host_unreachable) {
    code = wire::Icmp::host_unreach;
    reason = Drop::ip_unreachable_route;
  } else if (error == RouteError::prohibited) {
    code = wire::Icmp::pkt_filtered;
    reason = Drop::ip_prohibit_route;
  }
  icmp.send_no_route(*packet, code);
  drop(std::move(packet), reason, Stage::routing, why);
}

}  // namespace lvs::host
