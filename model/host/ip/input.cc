// SPDX-License-Identifier: GPL-2.0-or-later
// Receiving IPv4. Read downwards: the order in which a packet meets things (kernel: net/ipv4/ip_input.c).
#include "host/ip/counted-size.h"
#include "host/ip/fragment.h"
#include "host/ip/options.h"
#include "host/ip/stack.h"
#include "host/link/vlan-tag.h"
#include "trace/why.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using trace::WhyId;

std::uint32_t counted_size(const Device& in, Packet& frame) {
  if (!frame.may_pull(wire::Ethernet::kSize)) return frame.size();
  const bool header = in.link != nullptr && !in.link->counts_header();
  return frame.size() - tag_size(frame) - static_cast<std::uint32_t>(header ? wire::Ethernet::kSize : 0);
}

// The interface that a tagged frame is for, and the tag taken off (kernel: vlan_do_receive()); nullptr: there is none.
Device* Stack::tagged_receiver(const Device& in, Packet& frame) const {
  if (!frame.may_pull(wire::Ethernet::kSize + wire::kVlanTagSize)) return nullptr;
  const auto id = static_cast<std::uint16_t>(base::load_be16(frame.data() + wire::Ethernet::kSize) & 0xfff);
  for (const auto& dev : devices()) {
    if (dev->link == nullptr || dev->link->lower() != &in || !dev->link->takes_tag(id) || !dev->up) continue;
    std::memmove(frame.data() + wire::kVlanTagSize, frame.data(), 2 * sizeof in.mac.bytes);
    frame.pull(wire::kVlanTagSize);
    frame.csum_start = static_cast<std::uint16_t>(frame.csum_start - wire::kVlanTagSize);
    return dev.get();
  }
  return nullptr;
}

// Kernel: eth_type_trans() and __netif_receive_skb_core().
void Stack::process_frame(Device& in, PacketPtr frame, bool ours) {
  const Busy busy(*this);
  frame->in = &in;
  frame->out = nullptr;
  frame->received = now();
  frame->has_link_header = true;
  if (frame->walk == 0) frame->walk = new_walk();
  if (!in.up || !in.carrier) {
    ++in.counters.rx_dropped;
    return drop(std::move(frame), Drop::dev_down, Stage::wire_in);
  }
  ++in.counters.rx_packets;
  in.counters.rx_bytes += counted_size(in, *frame);
  if (!frame->may_pull(wire::Ethernet::kSize)) return drop(std::move(frame), Drop::pkt_too_small, Stage::wire_in);

  const wire::Ethernet eth{frame->data()};
  if (ours || std::memcmp(eth.p, in.mac.bytes.data(), 6) == 0) {
    frame->type = PacketType::host;
  } else if (eth.dst().is_broadcast()) {
    frame->type = PacketType::broadcast;
  } else if (eth.dst().is_multicast()) {
    frame->type = PacketType::multicast;
  } else {
    frame->type = PacketType::otherhost;
  }
  if (tracing()) trace(Stage::wire_in, *frame, Verdict::accept);
  show_frame(in, *frame, false);
  if (eth.type() == wire::kVlanTag) {
    if (Device* const vlan = tagged_receiver(in, *frame); vlan != nullptr)
      return process_frame(*vlan, std::move(frame));
  }
  if (in.receiver != nullptr) return in.receiver->receive(in, std::move(frame));
  deliver_frame(in, std::move(frame));
}

void Stack::deliver_frame(Device& in, PacketPtr frame) {
  switch (static_cast<wire::EtherType>(wire::Ethernet{frame->data()}.type())) {
    case wire::EtherType::ipv4:
      frame->set_link_header();
      frame->pull(wire::Ethernet::kSize);
      frame->has_link_header = false;
      frame->route = Route{};
      return ip_rcv(std::move(frame));
    case wire::EtherType::arp: return arp.receive(in, std::move(frame));
    default: return drop(std::move(frame), Drop::unhandled_proto, Stage::wire_in);
  }
}

namespace {

// Kernel: ip_rcv_core(). Drop::none when the header is sound; the packet is trimmed to its total length then.
Drop validate_ipv4(Packet& packet) {
  if (packet.type == PacketType::otherhost) return Drop::otherhost;
  if (!packet.may_pull(wire::Ipv4::kMinSize)) return Drop::ip_inhdr;
  packet.set_network_header();
  const wire::ConstIpv4 ip = packet.ip();
  const unsigned header = ip.header_size();
  if (ip.version() != 4 || header < wire::Ipv4::kMinSize || !packet.may_pull(header)) return Drop::ip_inhdr;
  if (!packet.ip().checksum_ok()) return Drop::ip_csum;
  const unsigned length = ip.total_length();
  if (packet.size() < length) return Drop::pkt_truncated;
  if (length < header) return Drop::ip_inhdr;
  packet.trim(length);
  packet.set_transport_header(header);
  return Drop::none;
}

trace::Why explain_input(const Stack& host, const Packet& packet) { return host.fib.explain(flow_of(packet)); }

[[gnu::noinline]] trace::Why why_refused(const Stack& host, const Packet& packet, Drop bad) {
  if (!host.tracing()) return {};
  if (bad == Drop::ip_rpfilter) {
    const int level = host.conf_max(*packet.in, Conf::rp_filter);
    return {WhyId::rpfilter, {static_cast<std::uint64_t>(level), packet.ip().src().value}};
  }
  if (bad == Drop::ip_blackhole_route) return explain_input(host, packet);
  return {};  // the reason says it
}

// What has no way on is told of where it ends. Out of the way of packets that nobody traces.
[[gnu::noinline]] void trace_routing(Stack& host, const Packet& packet, bool kept) {
  if (packet.route.type == RouteType::blackhole || packet.route.error != RouteError::none) return;
  host.trace(Stage::routing, packet, Verdict::accept, Drop::none,
             kept ? trace::Why{WhyId::route_kept, {}} : explain_input(host, packet));
}

}  // namespace

void Stack::ip_rcv(PacketPtr packet) {
  if (const Drop bad = validate_ipv4(*packet); bad != Drop::none) return drop(std::move(packet), bad, Stage::wire_in);
  if (!run_hook(Hook::NF_INET_PRE_ROUTING, packet)) return;
  ip_rcv_finish(std::move(packet));
}

void Stack::ip_rcv_finish(PacketPtr packet) {
  const wire::Ipv4 ip = packet->ip();
  const bool kept = packet->route.valid();
  if (!kept) {  // what lo brings keeps the route it was sent with
    Drop bad = Drop::none;
    packet->route = fib.input(flow_of(*packet), bad);
    if (bad != Drop::none) {
      const trace::Why why = why_refused(*this, *packet, bad);
      return drop(std::move(packet), bad, Stage::routing, why);
    }
  }
  if (ip.header_size() > wire::Ipv4::kMinSize) {
    if (const Drop bad = receive_ip_options(*this, *packet); bad != Drop::none) {
      return drop(std::move(packet), bad, Stage::routing);
    }
  }
  if (tracing()) trace_routing(*this, *packet, kept);

  switch (packet->route.type) {
    case RouteType::local: return ip_local_deliver(std::move(packet));
    case RouteType::broadcast:
    case RouteType::multicast: return ip_local_deliver(std::move(packet));
    case RouteType::unicast:
      // What this host sent by lo is for this host, whatever its address (kernel: RTCF_LOCAL in __mkroute_output(),
      // rt_dst_alloc()). What it forwarded by lo goes round until its TTL is used up: the route kept says forward.
      if (packet->route.also_local) {
        packet->route.type = RouteType::local;
        return ip_local_deliver(std::move(packet));
      }
      if (kept) packet->route.redirect = false;
      if ((packet->type == PacketType::broadcast || packet->type == PacketType::multicast) &&
          conf_either(*packet->in, Conf::drop_unicast_in_l2_multicast)) {
        return drop(std::move(packet), Drop::ip_nolocal_unicast_in_l2_multicast, Stage::routing);
      }
      return ip_forward(std::move(packet));
    case RouteType::blackhole: {
      const trace::Why why = why_refused(*this, *packet, Drop::ip_blackhole_route);
      return drop(std::move(packet), Drop::ip_blackhole_route, Stage::routing, why);
    }
    case RouteType::unreachable:
    case RouteType::prohibit:
    case RouteType::throw_:
    case RouteType::none: return ip_error(std::move(packet));
  }
}

void Stack::ip_local_deliver(PacketPtr packet) {
  if (packet->ip().is_fragment()) {
    if (tracing()) {
      trace(Stage::local_in, *packet, Verdict::queue, Drop::none,
            {WhyId::fragment_waits, {packet->transport_size(), packet->ip().fragment_offset()}});
    }
    packet = fragments_->add(std::move(packet), FragmentUser::local_deliver);
    if (packet == nullptr) return;  // waiting for the rest, or dropped
    if (tracing()) {
      trace(Stage::local_in, *packet, Verdict::accept, Drop::none, {WhyId::fragments_joined, {packet->size()}});
    }
  }
  if (!run_hook(Hook::NF_INET_LOCAL_IN, packet)) return;
  ip_local_deliver_finish(std::move(packet));
}

// Kernel: ip_protocol_deliver_rcu().
void Stack::ip_local_deliver_finish(PacketPtr packet) {
  cpu.charge(CpuStage::receive);
  const auto protocol = static_cast<std::uint8_t>(packet->ip().protocol());
  if (tracing()) trace(Stage::socket, *packet, Verdict::accept);
  if (TransportHandler* handler = transports_[protocol]; handler != nullptr) return handler->deliver(std::move(packet));
  switch (packet->ip().protocol()) {
    case wire::IpProto::icmp: return icmp.receive(std::move(packet));
    case wire::IpProto::ipip: return ipip_receive(std::move(packet));
    case wire::IpProto::tcp:
    case wire::IpProto::udp: return refuse_transport(std::move(packet));
    default: break;
  }
  icmp.send_error(*packet, wire::Icmp::dest_unreach, wire::Icmp::prot_unreach);
  drop(std::move(packet), Drop::ip_noproto, Stage::socket);
}

}  // namespace lvs::host
