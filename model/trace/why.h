// SPDX-License-Identifier: GPL-2.0-or-later
// Reasons for decisions, as ids with up to four arguments (numbers, addresses, ports), so that a viewer can translate
// them. Ids are part of the trace format: append only.
#pragma once

#include <string>

#include "trace/event.h"

namespace lvs::trace {

// X(name, text): {0}..{3} numbers, {a0}..{a3} IPv4 addresses.
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
  X(ct_untracked, "connection tracking: UNTRACKED")

enum class WhyId : std::uint16_t {
#define LVS_WHY_NAME(name, text) name,
  LVS_WHY_IDS(LVS_WHY_NAME)
#undef LVS_WHY_NAME
      count_
};

std::string_view name_of(WhyId id);
// English text with the arguments filled in.
std::string text_of(const Why& why);

}  // namespace lvs::trace
