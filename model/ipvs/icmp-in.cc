// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors from the client's side, about replies that it got; and errors about our own tunnel packets
// (kernel: ip_vs_in_icmp(), ip_vs_icmp_xmit()).
#include "host/ip/fragment.h"
#include "ipvs/icmp-quote.h"
#include "ipvs/steps.h"
#include "ipvs/xmit/xmit.h"
#include "wire/gre.h"
#include "wire/udp.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kGueHeader = 4;
constexpr std::uint32_t kLeastMtu = 68;

// The headers of a tunnel packet of ours behind its IP header; 0 when it is none (kernel: ipvs_udp_decap(),
// ipvs_gre_decap()).
std::uint32_t tunnel_header(Core& core, Packet& packet, std::uint32_t at, IpProto protocol, base::Ipv4Addr server) {
  if (protocol == IpProto::udp) {
    if (!packet.may_pull(at + wire::Udp::kSize + kGueHeader)) return 0;
    const Destination* dest = core.real_servers.find_tunnel(server, wire::Udp{packet.data() + at}.dport());
    const std::uint8_t* gue = packet.data() + at + wire::Udp::kSize;
    // Data messages of version 0 with IPv4 inside.
    if (dest == nullptr || dest->tunnel_type != TunnelType::gue || (gue[0] & 0xe0) != 0 ||
        gue[1] != static_cast<std::uint8_t>(IpProto::ipip)) {
      return 0;
    }
    return wire::Udp::kSize + kGueHeader + (gue[0] & 0x1fu) * 4;
  }
  if (!packet.may_pull(at + wire::Gre::kMinSize)) return 0;
  const Destination* dest = core.real_servers.find_tunnel(server, 0);
  const wire::Gre gre{packet.data() + at};
  if (dest == nullptr || dest->tunnel_type != TunnelType::gre || (gre.flags() & ~wire::Gre::kChecksumFlag) != 0 ||
      gre.protocol() != wire::Gre::kIpv4) {
    return 0;
  }
  return static_cast<std::uint32_t>(gre.header_size());
}

// Where the packet of a client begins inside the quote of an error about our tunnel.
struct TunnelQuote {
  bool ours = false;
  bool unreadable = false;  // leave the error alone
  std::uint32_t offset = 0;
  base::Ipv4Addr server;
};

TunnelQuote find_tunnel_quote(Core& core, Packet& packet, std::uint32_t at) {
  const wire::Ipv4 outer{packet.data() + at};
  const IpProto protocol = outer.protocol();
  TunnelQuote quote{.offset = at, .server = outer.dst()};
  const std::uint32_t header = outer.header_size();
  const bool first = outer.fragment_offset() == 0;
  const bool to_us = packet.route.type == host::RouteType::local;
  if (protocol == IpProto::ipip) {
    const Destination* dest = first && to_us ? core.real_servers.find_tunnel(quote.server, 0) : nullptr;
    if (dest == nullptr || dest->tunnel_type != TunnelType::ipip) {
      quote.unreadable = true;
      return quote;
    }
    quote.ours = true;
    quote.offset += header;
  } else if ((protocol == IpProto::udp || protocol == IpProto::gre) && to_us) {
    if (!first) {
      quote.unreadable = true;
      return quote;
    }
    const std::uint32_t inner = tunnel_header(core, packet, at + header, protocol, quote.server);
    if (inner == 0) return quote;
    quote.ours = true;
    quote.offset += header + inner;
  }
  return quote;
}

// An error about a tunnel packet becomes one about the client's packet (kernel: the branch `tunnel` of
// ip_vs_in_icmp()). Consumes it.
HookResult relay(Core& core, Conn& conn, PacketPtr& packet, const Header& header, const Header& quote,
                 const TunnelQuote& tunnel) {
  const wire::Icmp icmp{packet->data() + header.size};
  const std::uint8_t type = icmp.type();
  const std::uint8_t code = icmp.code();
  std::uint32_t info = base::load_be32(icmp.p + 4);
  const HookResult consumed = HookResult::dropped(Drop::consumed);
  if (type == wire::Icmp::dest_unreach && code == wire::Icmp::frag_needed) {
    std::uint32_t mtu = icmp.frag_mtu();
    core.host.fib.update_pmtu(tunnel.server, mtu, core.host.now());
    if (!wire::Ipv4{packet->data() + quote.offset}.dont_fragment()) return consumed;
    // What the server's route says counts, if there is one; it learns of the new MTU with the next packet only.
    if (const Destination* dest = conn.dest; dest != nullptr && dest->route_generation != 0) mtu = dest->route.mtu;
    // One IP header less, whatever else the tunnel puts in front.
    if (mtu > kLeastMtu + wire::Ipv4::kMinSize) mtu -= wire::Ipv4::kMinSize;
    info = mtu;
  }
  packet->pull(quote.offset);
  packet->set_network_header();
  packet->set_transport_header(quote.size);
  // The options that Linux knows of are those of the error that came, which is gone.
  core.host.icmp.send_error(*packet, type, code, info, host::ErrorOptions::none);
  count_out(core, conn, packet->size());
  return consumed;
}

}  // namespace

HookResult icmp_in(Core& core, Hook hook, PacketPtr& packet, const Header& outer, bool& related) {
  Header header = outer;
  QuoteState state = begin_quote(core, hook, packet, header);
  related = state != QuoteState::not_an_error;
  if (state == QuoteState::gone) return HookResult::stolen();
  if (state == QuoteState::too_short) return HookResult::dropped(Drop::ipvs_bad_packet);
  if (state != QuoteState::readable) return HookResult::accept();

  const TunnelQuote tunnel = find_tunnel_quote(core, *packet, header.size + wire::Icmp::kSize);
  if (tunnel.unreadable) return HookResult::accept();
  Header quote;
  // About a reply, so it is read backwards; about our tunnel, it quotes a request.
  if (!read_quote(core, *packet, tunnel.offset, !tunnel.ours, quote)) return HookResult::accept();

  Conn* conn = core.conns.find_in(quote.request());
  bool fresh = false;
  if (conn == nullptr) {
    if (tunnel.ours || core.settings.schedule_icmp == 0) return HookResult::accept();
    HookResult result;
    conn = try_to_schedule(core, packet, quote, result);
    if (conn == nullptr) return result;
    fresh = true;
  }
  HookResult result;
  // What is passed on as it is need not be right, since 6.1.192 and 6.12.117 (icmp-out.cc).
  const bool rewritten = conn->method() == ForwardMethod::masq || tunnel.ours;
  if ((rewritten || !core.host.kernel().leaves_quotes_of_fragments) && !icmp_checksum_ok(core, *packet, header)) {
    result = HookResult::dropped(Drop::ipvs_bad_icmp);
  } else if (tunnel.ours) {
    result = relay(core, *conn, packet, header, quote, tunnel);
  } else {
    count_in(core, *conn, packet->size());
    result = icmp_xmit(core, *conn, hook, packet, header, quote);
  }
  if (fresh) put_conn(core, *conn);
  return result;
}

}  // namespace lvs::ipvs
