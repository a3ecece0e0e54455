// SPDX-License-Identifier: GPL-2.0-or-later
// Why a packet went no further. Every drop in the product has one of these; spelling as the kernel's skb_drop_reason
// (include/net/dropreason.h) where it has one, otherwise the MIB counter or the function that drops.
#pragma once

#include <cstdint>
#include <string_view>

namespace lvs::trace {

// X(name, text): name as the kernel's SKB_DROP_REASON_... in lower case; text for people.
#define LVS_DROP_REASONS(X)                                                          \
  X(none, "not dropped")                                                             \
  X(otherhost, "frame for another MAC address")                                      \
  X(dev_down, "interface is down")                                                   \
  X(cpu_backlog, "receive backlog full (netdev_max_backlog)")                        \
  X(qdisc_drop, "transmit queue full")                                               \
  X(link_loss, "lost on the wire")                                                   \
  X(unhandled_proto, "no handler for this EtherType")                                \
  X(pkt_too_small, "shorter than its headers")                                       \
  X(ip_inhdr, "bad IP header")                                                       \
  X(ip_csum, "bad IP header checksum")                                               \
  X(pkt_truncated, "shorter than its IP total length")                               \
  X(ip_rpfilter, "rp_filter: the way back leaves by another interface")              \
  X(ip_martian_source, "martian source: the source is an address of this host")      \
  X(ip_martian_destination, "martian destination")                                   \
  X(ip_invalid_source, "source can never be a host")                                 \
  X(ip_innoroutes, "no route to the destination")                                    \
  X(ip_outnoroutes, "no route for a packet of our own")                              \
  X(ip_unreachable_route, "unreachable route")                                       \
  X(ip_blackhole_route, "blackhole route")                                           \
  X(ip_prohibit_route, "prohibit route")                                             \
  X(ip_forwarding_off, "not for this host and ip_forward is 0")                      \
  X(ip_nolocal_unicast_in_l2_multicast, "unicast IP in a link-layer broadcast")      \
  X(ip_ttl, "TTL exceeded")                                                          \
  X(pkt_too_big, "larger than the MTU allows")                                       \
  X(ip_options, "bad IP options or source routing")                                  \
  X(ip_noproto, "no handler for this IP protocol")                                   \
  X(netfilter_drop, "dropped by a netfilter hook")                                   \
  X(nomem, "out of room")                                                            \
  X(frag_reasm_timeout, "fragments did not arrive in time")                          \
  X(dup_frag, "duplicate or overlapping fragment")                                   \
  X(frag_too_far, "fragment queue limit")                                            \
  X(neigh_failed, "neighbour resolution failed")                                     \
  X(neigh_queuefull, "neighbour queue full")                                         \
  X(neigh_dead, "neighbour entry is dead")                                           \
  X(icmp_csum, "bad ICMP checksum")                                                  \
  X(invalid_proto, "malformed transport header")                                     \
  X(icmp_ignored, "ICMP message this host does not answer")                          \
  X(icmp_ratelimit, "ICMP error not sent: rate limit")                               \
  X(icmp_not_allowed, "no ICMP error may be sent about this packet")                 \
  X(tcp_csum, "bad TCP checksum")                                                    \
  X(udp_csum, "bad UDP checksum")                                                    \
  X(no_socket, "no socket on this port")                                             \
  X(socket_filter, "refused by the socket")                                          \
  X(socket_rcvbuff, "socket receive buffer full")                                    \
  X(tcp_reset, "connection reset")                                                   \
  X(tcp_flags, "invalid TCP flags for the state")                                    \
  X(tcp_old_data, "TCP segment outside the window")                                  \
  X(tunnel_rpfilter, "tunnel endpoint does not match")                               \
  X(tunnel_no_device, "no tunnel device takes this packet")                          \
  X(tunnel_recursion, "tunnel route leads back into the tunnel")                     \
  X(arp_noarp, "interface does not do ARP")                                          \
  X(arp_malformed, "malformed ARP packet")                                           \
  X(arp_ignored, "ARP request not answered")                                         \
  X(arptables_drop, "dropped by arptables")                                          \
  X(ipvs_no_destination, "IPVS: no destination available")                           \
  X(ipvs_dest_gone, "IPVS: the connection's destination was removed")                \
  X(ipvs_drop_rate, "IPVS: drop_packet defence")                                     \
  X(ipvs_out_of_memory, "IPVS: no connection entry could be made")                   \
  X(ipvs_tunnel_mtu, "IPVS: path too narrow for a tunnel")                           \
  X(ipvs_crossing_local, "IPVS: local and remote addresses may not be mixed")        \
  X(ipvs_bad_packet, "IPVS: malformed packet")                                       \
  X(ipvs_bad_icmp, "IPVS: ICMP checksum of an error to translate is wrong")          \
  X(ipvs_icmp_unwanted, "IPVS: ICMP error that schedules nothing")                   \
  X(ipvs_reused_tuple, "IPVS: port reused while conntrack knows the old connection") \
  X(ipvs_sip, "IPVS: SIP message without Call-ID")                                   \
  X(consumed, "consumed")                                                            \
  X(neigh_createfail, "neighbour table full")                                        \
  X(ct_table_full, "connection tracking table full (nf_conntrack_max)")              \
  X(ct_clash, "another connection was confirmed with the same addresses and ports")  \
  X(nat_exhausted, "NAT: no port is free")                                           \
  X(nat_bad_packet, "NAT: malformed packet")                                         \
  X(nat_no_address, "NAT: the interface has no address")

enum class Drop : std::uint8_t {
#define LVS_DROP_NAME(name, text) name,
  LVS_DROP_REASONS(LVS_DROP_NAME)
#undef LVS_DROP_NAME
      count_
};

// "ip_rpfilter"
std::string_view name_of(Drop drop);
// "rp_filter: the way back leaves by another interface"
std::string_view text_of(Drop drop);

}  // namespace lvs::trace
