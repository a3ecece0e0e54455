// SPDX-License-Identifier: GPL-2.0-or-later
// The result of a routing decision (kernel: struct rtable / dst_entry), a value that a packet carries.
#pragma once

#include <cstdint>

#include "base/addr.h"

namespace lvs::host {

class Device;

// Kernel: RTN_*.
// `throw_` occurs in tables only: the lookup goes on with the next rule.
enum class RouteType : std::uint8_t {
  none,
  unicast,
  local,
  broadcast,
  multicast,
  blackhole,
  unreachable,
  prohibit,
  throw_
};

// Kernel: RT_SCOPE_*; smaller reaches further.
enum class Scope : std::uint8_t { global = 0, site = 200, link = 253, host = 254, nowhere = 255 };

// Which ICMP error (if this host forwards) answers a packet that has no way on (kernel: rt->dst.error in ip_error()).
// `invalid` and `no_device` come from routing our own packets only (EINVAL, ENODEV).
enum class RouteError : std::uint8_t { none, net_unreachable, host_unreachable, prohibited, invalid, no_device };

// What a route says of TCP connections that take it (kernel: RTAX_ADVMSS, RTAX_INITCWND, RTAX_INITRWND). 0: the usual.
struct TcpMetrics {
  std::uint32_t advertised_mss = 0;
  std::uint32_t first_congestion = 0, first_window = 0;  // segments
  friend bool operator==(const TcpMetrics&, const TcpMetrics&) = default;
};

struct Route {
  RouteType type = RouteType::none;
  bool redirect = false;  // the packet leaves by the interface it came from, and the next hop is a neighbour of it
  bool known_next_hop = false;  // IPVS: `gateway` is the neighbour although it is no gateway
  Device* dev = nullptr;        // leaves by (unicast), or lo (local)
  base::Ipv4Addr gateway{};     // next hop; any(): the destination itself
  base::Ipv4Addr src{};         // preferred source for packets of our own; for input, the address to answer from
  std::uint32_t mtu = 0;        // of the path: the route's, a learned PMTU, or the device's
  TcpMetrics tcp{};
  bool mtu_locked = false;
  bool mtu_learned = false;             // `mtu` is what an ICMP error said
  RouteError error = RouteError::none;  // for types unreachable and prohibit
  // Of packets of our own (kernel: RTCF_LOCAL): broadcasts and joined multicasts of which this host gets a copy, and
  // what leaves by lo although its destination is no local address.
  bool also_local = false;

  bool valid() const { return type != RouteType::none; }
  base::Ipv4Addr next_hop(base::Ipv4Addr dst) const { return gateway.is_any() ? dst : gateway; }
};

}  // namespace lvs::host
