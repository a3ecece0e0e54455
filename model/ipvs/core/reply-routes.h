// SPDX-License-Identifier: GPL-2.0-or-later
// The ways of NAT replies: a reply leaves as if this host had sent it from the virtual address (kernel:
// ip_vs_route_me_harder()). Few replies differ in what is asked, so the answers are kept.
#pragma once

#include <cstdint>
#include <vector>

#include "host/packet/packet.h"
#include "host/route/fib.h"

namespace lvs::ipvs {

class ReplyRoutes {
 public:
  // Sets the packet's route and device; false: there is no way.
  bool apply(host::Fib& fib, host::Packet& packet);

 private:
  static constexpr unsigned kBits = 12;
  struct Entry {
    std::uint32_t generation = 0;
    std::uint32_t mark = 0;
    base::Ipv4Addr src, dst;
    std::uint8_t tos = 0;
    host::Route route;
  };
  std::vector<Entry> entries_;  // 2^kBits by hash; none before the first reply
};

}  // namespace lvs::ipvs
