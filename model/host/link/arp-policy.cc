// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/arp-policy.h"

#include <algorithm>

namespace lvs::host {

bool arp_ignore_allows(int level, const ArpQuery& query, std::span<const LocalAddr> ours) {
  const auto any = [&](auto&& match) { return std::ranges::any_of(ours, match); };
  const auto on_interface = [&](const LocalAddr& a) { return a.dev == query.in && a.prefix.addr == query.target; };
  // One subnet of the interface holds both; not necessarily that of the address asked for.
  const auto joins = [&](const LocalAddr& a) {
    return a.dev == query.in && a.prefix.contains(query.target) &&
           (query.sender.is_any() || a.prefix.contains(query.sender));
  };
  switch (level) {
    case 1: return any(on_interface);
    case 2: return any(on_interface) && any(joins);
    case 3: return any([&](const LocalAddr& a) { return a.prefix.addr == query.target && a.scope < Scope::host; });
    case 8: return false;
    default: return true;  // 0; 4 to 7 are reserved and behave like 0
  }
}

bool arp_announce_keeps(int level, const ArpSource& request, std::span<const LocalAddr> ours) {
  if (level == 2 || !request.source_is_local) return false;
  if (level != 1) return true;
  return std::ranges::any_of(ours, [&](const LocalAddr& a) {
    return a.dev == request.out && a.prefix.contains(request.target) && a.prefix.contains(request.source);
  });
}

bool arp_proxy_allows(int in_medium, int out_medium) {
  if (in_medium == 0) return true;
  if (in_medium == -1) return false;
  return out_medium != in_medium && out_medium != -1;
}

bool arp_accept_allows(int level, const Device* in, base::Ipv4Addr sender, std::span<const LocalAddr> ours) {
  if (level == 1) return true;
  return level == 2 && std::ranges::any_of(ours, [&](const LocalAddr& a) {
           return a.dev == in && a.scope < Scope::host && a.prefix.contains(sender);
         });
}

bool arp_is_gratuitous(const wire::Arp& arp) {
  return arp.sender_ip == arp.target_ip && (arp.op == wire::Arp::Op::request || arp.target_mac == arp.sender_mac);
}

ArpLesson arp_lesson(const ArpEvidence& e) {
  const bool reply = e.op == wire::Arp::Op::reply;
  if (!e.known && !(e.accept && (e.gratuitous || (reply && e.sender_is_unicast)))) return {};
  return {.learn = true,
          // A new entry has no MAC to protect.
          .override_ = !e.known || e.gratuitous || e.since_update > e.locktime,
          .reachable = reply && e.to_host};
}

}  // namespace lvs::host
