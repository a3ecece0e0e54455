// SPDX-License-Identifier: GPL-2.0-or-later
// The few things of a packet that lists show and filters ask for. Any bytes will do.
#pragma once

#include <cstdint>

#include "base/addr.h"
#include "base/bytes.h"

namespace lvs::trace {

struct Summary {
  base::Ipv4Addr src, dst;              // of the outermost IP header; ARP: sender and target
  base::Ipv4Addr inner_src, inner_dst;  // of the innermost in tunnels, else the same
  std::uint16_t sport = 0, dport = 0;   // of TCP, UDP and SCTP; ICMP: type << 8 | code in sport
  std::uint8_t protocol = 0;            // of the innermost IP header; 0: no IP
  bool arp = false, tunnel = false;

  // flow_id() of a TCP, UDP or SCTP packet, an ICMP error's of the flow that it quotes is not looked for; 0: none.
  std::uint64_t flow() const;
};

// From the Ethernet header on.
Summary summarise(base::ByteView frame);

}  // namespace lvs::trace
