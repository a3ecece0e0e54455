// SPDX-License-Identifier: GPL-2.0-or-later
// static_ipaddress and static_routes: there from the start to the end, whoever is master.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "daemons/keepalived/daemon/vrrp-child.h"

namespace lvs::keepalived {

void VrrpChild::static_entries(bool add) {
  for (const ConfAddress& address : reading_->conf.vrrp.static_addresses) set_address(address, address.device, add);
  for (const ConfRoute& route : reading_->conf.vrrp.static_routes)
    if (add || routes_set_.contains(&route))
      if (set_route(route, add) && add) routes_set_.insert(&route);
}

// Of a reload: what is no longer named goes, and what is stays as it is set.
void VrrpChild::drop_static_entries(const VrrpConf& before) {
  const VrrpConf& now = reading_->conf.vrrp;
  for (const ConfAddress& address : before.static_addresses) {
    const auto same = [&](const ConfAddress& each) {
      return each.prefix == address.prefix && each.device == address.device;
    };
    if (std::ranges::any_of(now.static_addresses, same)) continue;
    line(fmt::format("((null)) ip address {}/{} dev {}, no longer exist", address.prefix.addr.text(),
                     address.prefix.length, address.device));  // so it says
    set_address(address, address.device, false);
  }
  const auto set_before = std::exchange(routes_set_, {});
  for (const ConfRoute& route : before.static_routes) {
    if (!set_before.contains(&route)) continue;
    const auto same = std::ranges::find(now.static_routes, route.words, &ConfRoute::words);
    if (same == now.static_routes.end()) {
      set_route(route, false);
    } else {
      routes_set_.insert(&*same);
    }
  }
}

// What the kernel tells of routes that have no interface.
void VrrpChild::tell_new_route(const ConfRoute& route) const {
  constexpr auto kTypes = std::to_array<std::string_view>({"blackhole", "unreachable", "prohibit", "throw"});
  const auto is_type = [&](const std::string& word) { return std::ranges::find(kTypes, word) != kTypes.end(); };
  if (std::ranges::any_of(route.words, is_type)) line("New route doesn't have i/f index");
}

void VrrpChild::tell_new_routes() const {
  for (const ConfRoute& route : reading_->conf.vrrp.static_routes)
    if (routes_set_.contains(&route)) tell_new_route(route);
}

}  // namespace lvs::keepalived
