// SPDX-License-Identifier: GPL-2.0-or-later
// What of a packet tells flows apart: for rules with ports, and to choose among several next hops.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "host/route/fib.h"

namespace lvs::host {

struct FlowPorts {
  std::uint8_t protocol = 0;
  std::uint16_t sport = 0, dport = 0;
};
// Of the packet, if the key has one; the ports of later fragments are 0 (kernel: skb_flow_dissect_flow_keys()).
FlowPorts ports_of(const FlowKey& key);

// Kernel: siphash(), lib/siphash.c; SipHash-2-4 (Aumasson and Bernstein, 2012).
std::uint64_t siphash(std::span<const std::uint8_t> bytes, const std::array<std::uint64_t, 2>& key);

// Up to which hash each next hop is chosen; -1: never (kernel: fib_rebalance()). `ignores_linkdown` of a device.
template <class IgnoresLinkdown>
std::vector<std::int64_t> upper_bounds(std::span<const FibNextHop> hops, IgnoresLinkdown ignores_linkdown) {
  const auto out = [&](const FibNextHop& hop) { return hop.dead || (hop.linkdown && ignores_linkdown(*hop.dev)); };
  std::uint64_t total = 0, weight = 0;
  for (const FibNextHop& hop : hops)
    if (!out(hop)) total += hop.weight;
  std::vector<std::int64_t> bounds;
  for (const FibNextHop& hop : hops) {
    if (out(hop)) {
      bounds.push_back(-1);
      continue;
    }
    weight += hop.weight;
    bounds.push_back(static_cast<std::int64_t>(((weight << 31) + total / 2) / total) - 1);
  }
  return bounds;
}

}  // namespace lvs::host
