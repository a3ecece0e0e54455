// SPDX-License-Identifier: GPL-2.0-or-later
// Reasons for decisions, as ids with up to four arguments (numbers, addresses, ports), so that a viewer can translate
// them. Ids are part of the trace format: append only.
#pragma once

#include <string>

#include "trace/event.h"

namespace lvs::trace {

// X(name, text): {0}..{3} numbers, {a0} an IPv4 address, {m0} a MAC address (48 bits), {p0} a prefix (address << 8 |
// length), {t0} a routing table.
#define LVS_WHY_IDS(X)                                                      \
  X(none, "")                                                               \
  X(arp_answered, "{a0} is an address of this host")                        \
  X(arp_ignore, "arp_ignore={0} does not allow an answer for {a1}")         \
  X(arp_filter, "arp_filter: the way to {a0} leaves by another interface")  \
  X(arp_not_ours, "{a0} is no address of this host")                        \
  X(arp_invalid_sender, "sender {a0} fails source validation")              \
  X(arp_proxy, "proxy_arp: {a0} is reached by another interface")           \
  X(arp_announce, "arp_announce={0} chose sender {a1}")                     \
  X(local_address, "{a0} is local")                                         \
  X(route_via, "via {a0}")                                                  \
  X(route_on_link, "{a0} is on the link")                                   \
  X(rpfilter, "rp_filter={0}: the way to {a1} leaves by another interface") \
  X(ipvs_conn, "existing connection to {a0}:{1}")                           \
  X(ipvs_scheduled, "scheduled to {a0}:{1}")                                \
  X(ipvs_no_service, "no virtual service {a0}:{1}")                         \
  X(ipvs_masq, "NAT: destination {a0}:{1} becomes {a2}:{3}")                \
  X(ipvs_masq_reply, "NAT: source {a0}:{1} becomes {a2}:{3}")               \
  X(ipvs_droute, "DR: next hop is {a0}, IP header unchanged")               \
  X(ipvs_tunnel, "TUN: outer header {a0} to {a1}")                          \
  X(ipvs_local, "destination {a0} is this host")                            \
  X(ipvs_not_syn, "no connection, and the segment is no SYN")               \
  X(arp_bad_target, "{a0} is no address that ARP asks for")                 \
  X(arp_gratuitous, "gratuitous ARP of {a0}: drop_gratuitous_arp is set")   \
  X(arp_no_entry, "no entry for {a0}, and none is made")                    \
  X(arp_learned, "entry for {a0} made or confirmed")                        \
  X(arp_proxy_later, "proxy_arp: {a0} is answered after {1} ms")            \
  X(nat_source, "NAT: source {a0}:{1} becomes {a2}:{3}")                    \
  X(nat_destination, "NAT: destination {a0}:{1} becomes {a2}:{3}")          \
  X(ct_new, "connection tracking: NEW")                                     \
  X(ct_established, "connection tracking: ESTABLISHED")                     \
  X(ct_related, "connection tracking: RELATED")                             \
  X(ct_invalid, "connection tracking: INVALID")                             \
  X(ct_untracked, "connection tracking: UNTRACKED")                         \
  X(route_local, "{p0} is local (table {t1}, rule {2})")                    \
  X(route_gateway, "{p0} via {a1} (table {t2}, rule {3})")                  \
  X(route_link, "{p0} is on the link (table {t1}, rule {2})")               \
  X(route_broadcast, "{p0} is a broadcast address (table {t1}, rule {2})")  \
  X(route_multicast, "{a0} is a multicast group")                           \
  X(route_unreachable, "{p0} is unreachable (table {t1}, rule {2})")        \
  X(route_prohibit, "{p0} is prohibited (table {t1}, rule {2})")            \
  X(route_blackhole, "{p0} is a blackhole (table {t1}, rule {2})")          \
  X(route_missing, "no route to {a0}")                                      \
  X(route_kept, "looped back: goes on with the route it was sent with")     \
  X(neigh_known, "{a0} is at {m1}")                                         \
  X(neigh_asked, "{a0} has no MAC address yet: waits for ARP")              \
  X(neigh_silent, "{a0} does not answer ARP")                               \
  X(tunnel_put, "outer header {a0} to {a1}, TTL {2}")                       \
  X(tunnel_taken, "outer header {a0} to {a1} taken off")                    \
  X(fragment_waits, "fragment of {0} bytes at {1}: waits for the rest")     \
  X(fragments_joined, "put together: {0} bytes")                            \
  X(fragmented, "{0} bytes are cut to MTU {1}")                             \
  X(icmp_error_sent, "ICMP {0}/{1} about the packet to {a2}")               \
  X(tcp_reset_sent, "RST: nobody listens on port {0}")                      \
  X(ipvs_none_available, "no destination available for {a0}:{1}")           \
  X(ipvs_bypass, "cache_bypass: goes to {a0} as addressed")                 \
  X(ipvs_icmp, "ICMP error about the connection to {a0}:{1}")               \
  X(ipvs_icmp_reply, "ICMP error of {a0}:{1}: shown as of {a2}:{3}")

enum class WhyId : std::uint16_t {
#define LVS_WHY_NAME(name, text) name,
  LVS_WHY_IDS(LVS_WHY_NAME)
#undef LVS_WHY_NAME
      count_
};

std::string_view name_of(WhyId id);
// The text with its places for arguments.
std::string_view template_of(WhyId id);
// A text from such a template, English or another language.
std::string fill(std::string_view text, const std::array<std::uint64_t, 4>& args);
constexpr std::uint64_t why_prefix(const base::Ipv4Prefix& prefix) {
  return std::uint64_t{prefix.network().value} << 8 | prefix.length;
}
constexpr std::uint64_t why_mac(const base::MacAddr& mac) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : mac.bytes) value = value << 8 | byte;
  return value;
}
// English text with the arguments filled in.
std::string text_of(const Why& why);

}  // namespace lvs::trace
