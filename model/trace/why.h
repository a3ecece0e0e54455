// SPDX-License-Identifier: GPL-2.0-or-later
// Reasons for decisions, as ids with up to four arguments (numbers, addresses, ports), so that a viewer can translate
// them. Ids are part of the trace format: append only.
#pragma once

#include <string>

#include "trace/event.h"

namespace lvs::trace {

// X(name, text): {0}..{3} numbers, {a0} an IPv4 address, {m0} a MAC address (48 bits), {p0} a prefix (address << 8 |
// length), {t0} a routing table, {n0} a name of up to 16 bytes in two arguments (why_word()), {r0} a drop reason. A
// line of the journal is made of several, see phrases.h.
#define LVS_WHY_IDS(X)                                                           \
  X(none, "")                                                                    \
  X(arp_answered, "{a0} is an address of this host")                             \
  X(arp_ignore, "arp_ignore={0} does not allow an answer for {a1}")              \
  X(arp_filter, "arp_filter: the way to {a0} leaves by another interface")       \
  X(arp_not_ours, "{a0} is no address of this host")                             \
  X(arp_invalid_sender, "sender {a0} fails source validation")                   \
  X(arp_proxy, "proxy_arp: {a0} is reached by another interface")                \
  X(arp_announce, "arp_announce={0} chose sender {a1}")                          \
  X(local_address, "{a0} is local")                                              \
  X(route_via, "via {a0}")                                                       \
  X(route_on_link, "{a0} is on the link")                                        \
  X(rpfilter, "rp_filter={0}: the way to {a1} leaves by another interface")      \
  X(ipvs_conn, "existing connection to {a0}:{1}")                                \
  X(ipvs_scheduled, "scheduled to {a0}:{1}")                                     \
  X(ipvs_no_service, "no virtual service {a0}:{1}")                              \
  X(ipvs_masq, "NAT: destination {a0}:{1} becomes {a2}:{3}")                     \
  X(ipvs_masq_reply, "NAT: source {a0}:{1} becomes {a2}:{3}")                    \
  X(ipvs_droute, "DR: next hop is {a0}, IP header unchanged")                    \
  X(ipvs_tunnel, "TUN: outer header {a0} to {a1}")                               \
  X(ipvs_local, "destination {a0} is this host")                                 \
  X(ipvs_not_syn, "no connection, and the segment is no SYN")                    \
  X(arp_bad_target, "{a0} is no address that ARP asks for")                      \
  X(arp_gratuitous, "gratuitous ARP of {a0}: drop_gratuitous_arp is set")        \
  X(arp_no_entry, "no entry for {a0}, and none is made")                         \
  X(arp_learned, "entry for {a0} made or confirmed")                             \
  X(arp_proxy_later, "proxy_arp: {a0} is answered after {1} ms")                 \
  X(nat_source, "NAT: source {a0}:{1} becomes {a2}:{3}")                         \
  X(nat_destination, "NAT: destination {a0}:{1} becomes {a2}:{3}")               \
  X(ct_new, "connection tracking: NEW")                                          \
  X(ct_established, "connection tracking: ESTABLISHED")                          \
  X(ct_related, "connection tracking: RELATED")                                  \
  X(ct_invalid, "connection tracking: INVALID")                                  \
  X(ct_untracked, "connection tracking: UNTRACKED")                              \
  X(route_local, "{p0} is local (table {t1}, rule {2})")                         \
  X(route_gateway, "{p0} via {a1} (table {t2}, rule {3})")                       \
  X(route_link, "{p0} is on the link (table {t1}, rule {2})")                    \
  X(route_broadcast, "{p0} is a broadcast address (table {t1}, rule {2})")       \
  X(route_multicast, "{a0} is a multicast group")                                \
  X(route_unreachable, "{p0} is unreachable (table {t1}, rule {2})")             \
  X(route_prohibit, "{p0} is prohibited (table {t1}, rule {2})")                 \
  X(route_blackhole, "{p0} is a blackhole (table {t1}, rule {2})")               \
  X(route_missing, "no route to {a0}")                                           \
  X(route_kept, "looped back: goes on with the route it was sent with")          \
  X(neigh_known, "{a0} is at {m1}")                                              \
  X(neigh_asked, "{a0} has no MAC address yet: waits for ARP")                   \
  X(neigh_silent, "{a0} does not answer ARP")                                    \
  X(tunnel_put, "outer header {a0} to {a1}, TTL {2}")                            \
  X(tunnel_taken, "outer header {a0} to {a1} taken off")                         \
  X(fragment_waits, "fragment of {0} bytes at {1}: waits for the rest")          \
  X(fragments_joined, "put together: {0} bytes")                                 \
  X(fragmented, "{0} bytes are cut to MTU {1}")                                  \
  X(icmp_error_sent, "ICMP {0}/{1} about the packet to {a2}")                    \
  X(tcp_reset_sent, "RST: nobody listens on port {0}")                           \
  X(ipvs_none_available, "no destination available for {a0}:{1}")                \
  X(ipvs_bypass, "cache_bypass: goes to {a0} as addressed")                      \
  X(ipvs_icmp, "ICMP error about the connection to {a0}:{1}")                    \
  X(ipvs_icmp_reply, "ICMP error of {a0}:{1}: shown as of {a2}:{3}")             \
  X(sched_goes, "{a0}:{1} goes to {a2}:{3}")                                     \
  X(sched_none, "{n0}: no destination available for {a2}:{3}")                   \
  X(sched_because, "; ")                                                         \
  X(dest_at, "{a0}:{1}")                                                         \
  X(dest_load, " (weight {0}, {1} active, {2} inactive)")                        \
  X(sched_rr, "rr: next in turn")                                                \
  X(sched_wrr, "wrr: next in turn with a weight of {0} or more")                 \
  X(sched_lc, "lc: least 256 active + inactive")                                 \
  X(sched_wlc, "wlc: least (256 active + inactive) / weight")                    \
  X(sched_sed, "sed: least (active + 1) / weight")                               \
  X(sched_nq, "nq: idle")                                                        \
  X(sched_nq_busy, "nq: nobody is idle; least (active + 1) / weight")            \
  X(sched_fo, "fo: highest weight")                                              \
  X(sched_ovf, "ovf: highest weight that is not yet full")                       \
  X(sched_dh, "dh: bucket {0} of {a1}")                                          \
  X(sched_sh, "sh: bucket {0} of {a1}")                                          \
  X(sched_sh_fallback, ", fallback to bucket {0}")                               \
  X(sched_mh, "mh: slot {0} of {a1}")                                            \
  X(sched_mh_fallback, ", fallback to slot {0}")                                 \
  X(sched_lblc, "lblc: least (256 active + inactive) / weight")                  \
  X(sched_lblc_before, "lblc: served {a0} before")                               \
  X(sched_lblcr, "lblcr: least (256 active + inactive) / weight")                \
  X(sched_lblcr_before, "lblcr: served {a0} before")                             \
  X(sched_twos, "twos: better of ")                                              \
  X(sched_twos_and, " and ")                                                     \
  X(loser, "{a0}:{1}: ")                                                         \
  X(lost, "not chosen")                                                          \
  X(lost_weight_0, "weight 0")                                                   \
  X(lost_overloaded, "overloaded")                                               \
  X(lost_turn, "not its turn")                                                   \
  X(lost_overhead, "overhead {0}/{1} > {2}/{3}")                                 \
  X(lost_overhead_order, "overhead {0}/{1} = {2}/{3}, further back in the list") \
  X(lost_delay, "delay {0}/{1} > {2}/{3}")                                       \
  X(lost_delay_order, "delay {0}/{1} = {2}/{3}, further back in the list")       \
  X(lost_busy, "not idle: {0} active")                                           \
  X(lost_idle_order, "idle too, further back in the list")                       \
  X(lost_weight, "weight {0} < {1}")                                             \
  X(lost_weight_order, "the same weight, further back in the list")              \
  X(lost_full, "full: {0} active > weight {1}")                                  \
  X(lost_hash, "the hash names {a0}")                                            \
  X(lost_table, "the table names another")                                       \
  X(lost_draw, "not drawn")                                                      \
  X(conn_from, "{n0} {a2}:{3}")                                                  \
  X(conn_to, " -> {a0}:{1} to {a2}:{3}")                                         \
  X(conn_new, " ({n0}) new")                                                     \
  X(conn_template, " ({n0}) template")                                           \
  X(conn_state, " {n0} -> {n2}")                                                 \
  X(conn_expired, " expired in {n0}")                                            \
  X(conn_counters, "; {a0}:{1} now ActiveConn {2} InActConn {3}")                \
  X(neigh_entry, "{a0} dev {n1}")                                                \
  X(neigh_mac, " lladdr {m0}")                                                   \
  X(neigh_state, " {n0}: ")                                                      \
  X(neigh_learned, "learned")                                                    \
  X(neigh_moved, "moves to {m0}")                                                \
  X(neigh_kept, "keeps its MAC: {m0} comes within the lock time")                \
  X(neigh_failed, "does not answer")                                             \
  X(icmp_not_sent, "error {0}/{1} to {a2} not sent: {r3}")                       \
  X(words, "{n0}{n2}")                                                           \
  X(vrrp_state, " vrid {0} {n1} priority {3}")                                   \
  X(vrrp_on, " on {n0}")

enum class WhyId : std::uint16_t {
#define LVS_WHY_NAME(name, text) name,
  LVS_WHY_IDS(LVS_WHY_NAME)
#undef LVS_WHY_NAME
      count_
};

std::string_view name_of(WhyId id);
// The text with its places for arguments.
std::string_view template_of(WhyId id);
// A text from such a template, English or another language; `drop_text` says a drop reason in that language.
using DropText = std::string (*)(Drop);
std::string fill(std::string_view text, const std::array<std::uint64_t, 4>& args, DropText drop_text = nullptr);
constexpr std::uint64_t why_prefix(const base::Ipv4Prefix& prefix) {
  return std::uint64_t{prefix.network().value} << 8 | prefix.length;
}
// What is never negative, out of a type that could be.
constexpr std::uint64_t why_number(int value) { return value < 0 ? 0 : static_cast<std::uint64_t>(value); }
constexpr std::uint64_t why_mac(const base::MacAddr& mac) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : mac.bytes) value = value << 8 | byte;
  return value;
}
// English text with the arguments filled in.
std::string text_of(const Why& why);

}  // namespace lvs::trace
