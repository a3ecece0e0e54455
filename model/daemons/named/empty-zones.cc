// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/empty-zones.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemons/named/zone-file.h"

namespace lvs::named {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> all{"10", "168.192", "0", "127", "254.169", "2.0.192", "100.51.198", "113.0.203"};
  for (unsigned i = 16; i < 32; ++i) all.push_back(fmt::format("{}.172", i));
  for (unsigned i = 64; i < 128; ++i) all.push_back(fmt::format("{}.100", i));
  all.emplace_back("255.255.255.255");
  for (std::string& each : all) each += ".IN-ADDR.ARPA";
  return all;
}

}  // namespace

void add_empty_zones(std::vector<ServedZone>& zones) {
  for (const std::string& name : names()) {
    const bool there =
        std::ranges::any_of(zones, [&](const ServedZone& each) { return wire::same_dns_name(each.origin, name); });
    if (there) continue;
    const std::string text = fmt::format("@ 86400 IN SOA {0}. . 0 28800 7200 604800 86400\n@ 86400 IN NS {0}.\n", name);
    zones.push_back({name, {}, built_in_zone(name, text)});
  }
}

}  // namespace lvs::named
