// SPDX-License-Identifier: GPL-2.0-or-later
// Sending a packet of a connection to its destination (kernel: ip_vs_xmit.c). One file a method, xmit-NAME.cc.
#pragma once

#include "ipvs/core/core.h"
#include "ipvs/core/nfct.h"

namespace lvs::ipvs {

// Stolen: sent. Accept: the destination is this host, and the packet goes on as it is. Drop: with its reason.
HookResult transmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header);
HookResult masq_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header);
HookResult droute_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header);
HookResult ipip_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header);
HookResult bypass_xmit(Core& core, Conn& conn, PacketPtr& packet, const Header& header);
// An ICMP error from the client's side, to the server that it is about (kernel: ip_vs_icmp_xmit()). `quote` is the
// header quoted in it.
HookResult icmp_xmit(Core& core, Conn& conn, Hook hook, PacketPtr& packet, const Header& header, const Header& quote);

// Which ways a transmitter can take (kernel: IP_VS_RT_MODE_*).
namespace way {
inline constexpr unsigned local = 1, non_local = 2, redirect = 4, connect = 8, known_next_hop = 16, tunnel = 32;
}
enum class OutWay : std::uint8_t { remote, local, dropped };
struct OutRoute {
  OutWay way = OutWay::dropped;
  Drop drop = Drop::none;  // for OutWay::dropped
  base::Ipv4Addr source;   // outer source of a tunnel
};
// Finds the way to `dest`, or to `daddr` without one; TTL, MTU and the errors that go back to the client. For
// OutWay::remote the packet's route is set (kernel: __ip_vs_get_out_rt()). `errors`: the packet is an ICMP error, about
// which none is sent.
OutRoute get_out_route(Core& core, Packet& packet, Destination* dest, base::Ipv4Addr daddr, unsigned mode, bool errors);

// Kernel: ip_vs_nat_send_or_cont(), ip_vs_send_or_cont() with local = 0.
HookResult send(Core& core, const Conn& conn, PacketPtr& packet, Settle settle = Settle::pass);
// The same with local = 1.
inline HookResult keep_local(const Conn& conn, Packet& packet, Settle settle = Settle::pass) {
  settle_conntrack(conn, packet, settle);
  packet.ipvs_property = true;
  return HookResult::accept();
}

// IP options were written to on the way in, and the checksum was not: every transmitter makes it anew (kernel:
// ip_send_check()). Without options it is right all along.
inline void refresh_after_options(const wire::Ipv4& ip) {
  if (ip.header_size() > wire::Ipv4::kMinSize) ip.refresh_checksum();
}

// --- rewriting; rewrite.cc ---
// Request: destination becomes the real server (kernel: *_dnat_handler() and the address). False: malformed.
bool rewrite_request(Core& core, Conn& conn, Packet& packet, const Header& header);
// Reply: source becomes the virtual service (kernel: *_snat_handler() and the address).
bool rewrite_reply(Core& core, Conn& conn, Packet& packet, const Header& header);
// An ICMP error and the packet quoted in it (kernel: ip_vs_nat_icmp()). False: malformed.
bool rewrite_icmp(const Conn& conn, Packet& packet, const Header& header, const Header& quote, bool to_client);

}  // namespace lvs::ipvs
