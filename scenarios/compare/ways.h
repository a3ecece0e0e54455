// SPDX-License-Identifier: GPL-2.0-or-later
// The ways to build a cluster that are set side by side, and what each of them can do.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lvs::scenarios {

enum class Way : std::uint8_t { dns, client, nginx, ktcpvs, nat, tun, dr };
inline constexpr std::size_t kWays = 7;

struct WayInfo {
  Way way;
  std::string_view name;   // of options and tables
  std::string_view title;  // a line
  bool director;           // requests pass a machine
  bool layer7;             // which has connections of its own
  std::string_view content, retries, tls, sees, dead, color, dash;
};
// In the order of the enumeration.
inline constexpr std::array<WayInfo, kWays> kWayInfo{{
    {Way::dns, "dns", "round-robin DNS: the name has every server's address", false, false, "no", "by a new question",
     "at each server", "the client", "stays in the answers until the zone is changed and caches forget it", "#55606E",
     "1 4"},
    {Way::client, "client", "client-side choice: the client knows the servers", false, false, "in the client",
     "yes: the client asks another", "at each server", "the client", "each client finds out by itself", "#8A2BA0",
     "8 3 2 3"},
    {Way::nginx, "nginx", "dispatcher at layer 7, a program: nginx", true, true, "yes", "yes: proxy_next_upstream",
     "at the dispatcher (nginx; not modelled)", "the dispatcher (X-Forwarded-For)",
     "out for fail_timeout after a failure", "#B0221E", ""},
    {Way::ktcpvs, "ktcpvs", "dispatcher at layer 7, in the kernel: KTCPVS", true, true, "yes", "no", "no",
     "the dispatcher", "is chosen again and again", "#C77700", "6 3"},
    {Way::nat, "nat", "IP level: LVS/NAT", true, false, "no", "no: the client's own", "at each server", "the client",
     "is chosen until something takes it out (keepalived)", "#A34705", "2 2"},
    {Way::tun, "tun", "IP level: LVS/TUN", true, false, "no", "no: the client's own", "at each server", "the client",
     "is chosen until something takes it out (keepalived)", "#103C19", "2 3"},
    {Way::dr, "dr", "IP level: LVS/DR", true, false, "no", "no: the client's own", "at each server", "the client",
     "is chosen until something takes it out (keepalived)", "#2668B5", "7 4"},
}};
inline const WayInfo& info_of(Way way) { return kWayInfo[static_cast<std::size_t>(way)]; }

}  // namespace lvs::scenarios
