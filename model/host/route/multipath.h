// SPDX-License-Identifier: GPL-2.0-or-later
// What of a packet tells flows apart: for rules with ports, and to choose among several next hops.
#pragma once

#include <cstdint>

#include "host/route/fib.h"

namespace lvs::host {

struct FlowPorts {
  std::uint8_t protocol = 0;
  std::uint16_t sport = 0, dport = 0;
};
// Of the packet, if the key has one; the ports of later fragments are 0 (kernel: skb_flow_dissect_flow_keys()).
FlowPorts ports_of(const FlowKey& key);

}  // namespace lvs::host
