// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/core/reply-routes.h"

namespace lvs::ipvs {

bool ReplyRoutes::apply(host::Fib& fib, host::Packet& packet) {
  if (entries_.empty()) entries_.resize(std::size_t{1} << kBits);
  const wire::ConstIpv4 ip = packet.ip();
  const std::uint32_t hash = (ip.dst().value ^ ip.src().value << 7) * 0x9e3779b1u ^ packet.mark;
  Entry& known = entries_[hash >> (32 - kBits)];
  if (known.generation != fib.generation() || known.dst != ip.dst() || known.src != ip.src() ||
      known.mark != packet.mark || known.tos != ip.tos()) {
    // ip_route_me_harder() asks as if for RTN_LOCAL: the virtual address need not be ours (FLOWI_FLAG_ANYSRC).
    const host::Route route = fib.output({.dst = ip.dst(),
                                          .src = ip.src(),
                                          .in = nullptr,
                                          .out = nullptr,
                                          .mark = packet.mark,
                                          .tos = ip.tos(),
                                          .any_source = true});
    known = {fib.generation(), packet.mark, ip.src(), ip.dst(), ip.tos(), route};
  }
  if (known.route.type != host::RouteType::unicast && known.route.type != host::RouteType::local) return false;
  packet.route = known.route;
  packet.out = known.route.dev;
  return true;
}

}  // namespace lvs::ipvs
