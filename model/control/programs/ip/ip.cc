// SPDX-License-Identifier: GPL-2.0-or-later
// ip: options, and which object (iproute2 6.1 ip/ip.c).
#include "control/programs/ip/ip.h"

#include <array>

#include "control/machine/registry.h"

namespace lvs::control {
namespace {

struct Object {
  std::string_view name;
  CommandResultOrError (*parse)(Args&, const ip::Options&);  // nullptr: not modelled
};

// In iproute2's order, which decides what an abbreviation means.
constexpr auto kObjects = std::to_array<Object>({
    {"address", ip::parse_addr},
    {"addrlabel", nullptr},
    {"maddress", nullptr},
    {"route", ip::parse_route},
    {"rule", ip::parse_rule},
    {"neighbor", ip::parse_neigh},
    {"neighbour", ip::parse_neigh},
    {"ntable", nullptr},
    {"link", ip::parse_link},
    {"l2tp", nullptr},
    {"fou", nullptr},
    {"ila", nullptr},
    {"macsec", nullptr},
    {"tunnel", ip::parse_tunnel},
    {"tunl", ip::parse_tunnel},
    {"tuntap", nullptr},
    {"token", nullptr},
    {"tcp_metrics", nullptr},
    {"monitor", nullptr},
    {"xfrm", nullptr},
    {"mroute", nullptr},
    {"netns", nullptr},
    {"netconf", nullptr},
    {"vrf", nullptr},
    {"nexthop", nullptr},
});

constexpr std::string_view kKnownObjects = "address link neigh route rule tunnel";
constexpr std::string_view kKnownOptions = "-4 -s -o -br -f inet";

}  // namespace

CommandResultOrError parse_ip(const std::vector<Word>& words) {
  Args args(words);
  ip::Options options;
  while (args.peek().size() > 1 && args.peek()[0] == '-') {
    std::string option = args.take();
    if (option.starts_with("--")) option.erase(0, 1);
    if (option == "-4") {
      options.ipv4 = true;
      continue;
    }
    if (option == "-6") return base::Error{args.unknown("IPv6 is not modelled", "-4")};
    if (option == "-s" || option == "-stats" || option == "-statistics")
      ++options.stats;
    else if (option == "-o" || option == "-oneline")
      options.oneline = true;
    else if (option == "-br" || option == "-brief")
      options.brief = true;
    else if (option == "-f" || option == "-family") {
      if (args.take() != "inet") return base::Error{args.unknown("this family is not modelled", "inet")};
    } else {
      return base::Error{args.unknown("unknown option of ip", std::string(kKnownOptions))};
    }
  }
  if (args.empty()) return base::Error{args.unknown("an object is needed", std::string(kKnownObjects))};
  const std::string& word = args.take();
  for (const Object& object : kObjects) {
    if (!ip::abbreviates(word, object.name)) continue;
    if (object.parse == nullptr) break;
    return object.parse(args, options);
  }
  return base::Error{args.unknown("this object of ip is not modelled", std::string(kKnownObjects))};
}

}  // namespace lvs::control
