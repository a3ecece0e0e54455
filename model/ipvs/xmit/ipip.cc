// SPDX-License-Identifier: GPL-2.0-or-later
// Tunnelling: the packet inside another one to the real server; IPIP, GUE or GRE (kernel: ip_vs_tunnel_xmit()).
#include "host/packet/offload.h"
#include "ipvs/xmit/xmit.h"
#include "wire/gre.h"
#include "wire/udp.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint8_t kEcnMask = 3, kEcnCe = 3, kEcnEct0 = 2;
constexpr std::uint32_t kGueHeader = 4;

// Puts `size` bytes in front; the transport checksum still to be made moves along.
std::uint8_t* push(Packet& packet, std::uint32_t size) {
  packet.csum_start = static_cast<std::uint16_t>(packet.csum_start + size);
  return packet.push(size);
}

// The source port spreads flows over the paths of the network (kernel: udp_flow_src_port(), whose hash is a secret).
std::uint16_t flow_port(const Conn& conn) {
  std::uint32_t hash = conn.caddr.value * 0x9e3779b1u ^ conn.vaddr.value * 0x85ebca6bu;
  hash ^= (std::uint32_t{conn.cport} << 16 | conn.vport) * 0xc2b2ae35u;
  return static_cast<std::uint16_t>(32768 + ((hash ^ hash >> 16) & 0xffff) * 28232u / 65536u);
}

// Kernel: ipvs_gue_encap() without remote checksum offload.
void push_gue(Packet& packet, const Conn& conn, base::Ipv4Addr source) {
  std::uint8_t* gue = push(packet, kGueHeader);
  gue[0] = 0;
  gue[1] = static_cast<std::uint8_t>(IpProto::ipip);
  gue[2] = gue[3] = 0;
  push(packet, wire::Udp::kSize);
  const auto length = static_cast<std::uint16_t>(packet.size());
  const wire::Udp udp{packet.data()};
  udp.init(flow_port(conn), conn.dest->tunnel_port, length);
  if ((conn.dest->tunnel_flags & (tunnel_flag::csum | tunnel_flag::remcsum)) == 0) return;
  packet.set_transport_header(0);
  const wire::Sum pseudo = wire::sum_pseudo_header(source, conn.daddr, static_cast<std::uint8_t>(IpProto::udp), length);
  const std::uint16_t checksum = wire::checksum_of(wire::sum_add(pseudo, packet.transport_sum()));
  udp.set_checksum(checksum == 0 ? 0xffff : checksum);
}

// Kernel: gre_build_header(); RFC 2784.
void push_gre(Packet& packet, const Conn& conn) {
  const bool with_checksum = (conn.dest->tunnel_flags & tunnel_flag::csum) != 0;
  const std::uint32_t size = with_checksum ? wire::Gre::kChecksumSize : wire::Gre::kMinSize;
  const wire::Gre gre{push(packet, size)};
  gre.init(with_checksum);
  if (!with_checksum) return;
  packet.set_transport_header(0);
  gre.set_checksum(wire::checksum_of(packet.transport_sum()));
}

// An outer header in front, and off to the real server.
void encapsulate(Core& core, const Conn& conn, PacketPtr packet, const OutRoute& out) {
  const wire::Ipv4 inner = packet->ip();
  refresh_after_options(inner);
  const std::uint8_t tos = inner.tos();
  const std::uint8_t ttl = inner.ttl();
  const std::uint16_t df = core.settings.pmtu_disc != 0 ? inner.fragment_field() & wire::Ipv4::kDf : 0;

  IpProto protocol = IpProto::ipip;
  switch (conn.dest->tunnel_type) {
    case TunnelType::gue:
      host::complete_checksum(*packet);
      push_gue(*packet, conn, out.source);
      protocol = IpProto::udp;
      break;
    case TunnelType::gre:
      host::complete_checksum(*packet);
      push_gre(*packet, conn);
      protocol = IpProto::gre;
      break;
    case TunnelType::ipip: break;
  }
  push(*packet, wire::Ipv4::kMinSize);
  packet->set_network_header();
  packet->set_transport_header(wire::Ipv4::kMinSize);
  // A congestion mark of the inner header is not copied outward as CE (kernel: INET_ECN_encapsulate()).
  const auto outer_tos = static_cast<std::uint8_t>((tos & kEcnMask) == kEcnCe ? (tos & ~kEcnMask) | kEcnEct0 : tos);
  // What may not be fragmented needs no id (kernel: ip_select_ident_segs() without a socket).
  const std::uint16_t id = df != 0 && !packet->ignore_df ? 0 : core.host.next_ip_id();
  packet->ip().init(outer_tos, static_cast<std::uint16_t>(packet->size()), id, df, ttl, protocol, out.source,
                    conn.daddr);
  packet->ignore_df = true;
  packet->ipvs_property = true;
  core.host.cpu.charge(host::CpuStage::encapsulate);
  if (core.host.tracing()) {
    core.host.trace(trace::Stage::ipvs_xmit, *packet, trace::Verdict::stolen, Drop::none,
                    {trace::WhyId::ipvs_tunnel, {out.source.value, conn.daddr.value, 0, 0}}, "ip_vs_tunnel_xmit");
  }
  core.host.ip_local_out(std::move(packet));
}

}  // namespace

HookResult ipip_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header) {
  const OutRoute out = get_out_route(core, *packet, conn.dest, conn.daddr,
                                     way::local | way::non_local | way::connect | way::tunnel, header.icmp);
  if (out.way == OutWay::dropped) return HookResult::dropped(out.drop);
  if (out.way == OutWay::local) return keep_local(conn, *packet);
  if (const HookResult left = leave_conntrack(core, conn, *packet); left.verdict != trace::Verdict::accept) return left;
  if (conn.dest->tunnel_type != TunnelType::ipip && packet->gso_size != 0) {
    // Each segment has a UDP or GRE header of its own, whose checksum covers it.
    host::PacketQueue segments;
    if (!host::segment(*packet, segments)) return HookResult::dropped(Drop::ipvs_bad_packet);
    packet.reset();
    while (PacketPtr segment = segments.pop()) encapsulate(core, conn, std::move(segment), out);
    return HookResult::stolen();
  }
  encapsulate(core, conn, std::move(packet), out);
  return HookResult::stolen();
}

}  // namespace lvs::ipvs
