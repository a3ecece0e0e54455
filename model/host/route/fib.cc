// SPDX-License-Identifier: GPL-2.0-or-later
// Tables and rules as they are changed (kernel: fib_table_insert(), fib_table_delete(), fib_create_info()).
#include "host/route/fib.h"

#include <algorithm>
#include <tuple>

namespace lvs::host {

namespace {

// Kernel: fib_props[].scope; Scope::nowhere: no type for a table.
Scope widest_scope(RouteType type) {
  switch (type) {
    case RouteType::local: return Scope::host;
    case RouteType::broadcast: return Scope::link;
    case RouteType::unicast:
    case RouteType::multicast:
    case RouteType::blackhole:
    case RouteType::unreachable:
    case RouteType::prohibit:
    case RouteType::throw_: return Scope::global;
    case RouteType::none: return Scope::nowhere;
  }
  return Scope::nowhere;
}

// Place in a table; routes that agree in it stay in the order of insertion.
auto place_of(const FibRoute& r) { return std::tuple(r.dst.addr, 32 - r.dst.length, 255 - r.tos, r.metric); }

// One fib_info and one type: whether the link is up does not count.
bool same_route(FibRoute a, const FibRoute& b) {
  a.linkdown = b.linkdown;
  if (a.hops.size() != b.hops.size()) return false;
  for (std::size_t i = 0; i < a.hops.size(); ++i) {
    a.hops[i].linkdown = b.hops[i].linkdown;
    a.hops[i].dead = b.hops[i].dead;
  }
  return a == b;
}

// Kernel: fib_nh_match() of several next hops: what is not given fits, weights always do.
bool hops_match(const FibRoute& route, const FibRoute& pattern) {
  if (pattern.hops.empty()) return true;
  const std::size_t there = std::max<std::size_t>(route.hops.size(), 1);
  if (pattern.hops.size() < there) return false;
  for (std::size_t i = 0; i < there; ++i) {
    const FibNextHop& wanted = pattern.hops[i];
    const Device* const dev = route.hops.empty() ? route.dev : route.hops[i].dev;
    const base::Ipv4Addr gateway = route.hops.empty() ? route.gateway : route.hops[i].gateway;
    if ((wanted.dev != nullptr && wanted.dev != dev) || (!wanted.gateway.is_any() && wanted.gateway != gateway))
      return false;
  }
  return true;
}

// Kernel: fib_metrics_match().
bool metrics_match(const TcpMetrics& there, const TcpMetrics& wanted) {
  const auto agrees = [](std::uint32_t is, std::uint32_t asked) { return asked == 0 || is == asked; };
  return agrees(there.advertised_mss, wanted.advertised_mss) &&
         agrees(there.first_congestion, wanted.first_congestion) && agrees(there.first_window, wanted.first_window);
}

bool matches(const FibRoute& route, const FibRoute& pattern) {
  return (pattern.type == RouteType::none || pattern.type == route.type) &&
         (pattern.scope == Scope::nowhere || pattern.scope == route.scope) &&
         (pattern.pref_src.is_any() || pattern.pref_src == route.pref_src) &&
         (pattern.proto == RouteProto::unspec || pattern.proto == route.proto) &&
         (pattern.metric == 0 || pattern.metric == route.metric) &&
         (pattern.dev == nullptr || pattern.dev == route.dev) &&
         (pattern.gateway.is_any() || pattern.gateway == route.gateway) &&
         (pattern.mtu == 0 || pattern.mtu == route.mtu) && metrics_match(route.tcp, pattern.tcp) &&
         hops_match(route, pattern);
}

bool matches(const FibRule& rule, const FibRule& pattern) {
  return (pattern.preference == 0 || pattern.preference == rule.preference) &&
         (pattern.from.length == 0 ||
          (pattern.from.length == rule.from.length && pattern.from.network() == rule.from.network())) &&
         (pattern.to.length == 0 ||
          (pattern.to.length == rule.to.length && pattern.to.network() == rule.to.network())) &&
         (pattern.iif.empty() || pattern.iif == rule.iif) && (pattern.oif.empty() || pattern.oif == rule.oif) &&
         (!pattern.mark || (pattern.mark == rule.mark && pattern.mark_mask == rule.mark_mask)) &&
         (pattern.tos == 0 || pattern.tos == rule.tos) &&
         (pattern.action == RouteType::none || pattern.action == rule.action) &&
         (pattern.table == 0 || (pattern.table == rule.table && !rule.jump && !rule.nop)) &&
         (pattern.protocol == 0 || pattern.protocol == rule.protocol) &&
         (!pattern.sport.given() || pattern.sport == rule.sport) &&
         (!pattern.dport.given() || pattern.dport == rule.dport) && (!pattern.jump || rule.jump) &&
         (!pattern.nop || rule.nop) &&
         (!pattern.suppress_prefixlength || pattern.suppress_prefixlength == rule.suppress_prefixlength) &&
         (!pattern.suppress_group || pattern.suppress_group == rule.suppress_group);
}

}  // namespace

std::string_view text_of(FibError error) {
  switch (error) {
    case FibError::none: return "";
    case FibError::exists: return "RTNETLINK answers: File exists";
    case FibError::no_such: return "RTNETLINK answers: No such process";
    case FibError::no_device_up: return "Error: Device for nexthop is not up.";
    case FibError::gateway_unreachable:
    case FibError::invalid_gateway: return "Error: Nexthop has invalid gateway.";
    case FibError::invalid: return "RTNETLINK answers: Invalid argument";
    case FibError::not_found: return "RTNETLINK answers: No such file or directory";
    case FibError::no_device: return "RTNETLINK answers: No such device";
    case FibError::network_down: return "RTNETLINK answers: Network is down";
    case FibError::onlink_device_missing: return "Error: Nexthop device required for onlink.";
    case FibError::onlink_device_down: return "Error: Nexthop device is not up.";
    case FibError::invalid_scope: return "Error: Invalid scope.";
    case FibError::invalid_prefsrc: return "Error: Invalid prefsrc address.";
    case FibError::invalid_prefix: return "Error: Invalid prefix for given prefix length.";
    case FibError::unwanted_next_hop:
      return "Error: Gateway, device and multipath can not be specified for this route type.";
    case FibError::host_scope_gateway: return "Error: Route with host scope can not have a gateway.";
    case FibError::host_scope_hops: return "Error: Route with host scope can not have multiple nexthops.";
    case FibError::gateway_not_first: return "Error: Nexthop gateway does not match RTA_GATEWAY or RTA_VIA.";
    case FibError::device_not_first: return "Error: Nexthop device index does not match RTA_OIF.";
  }
  return "";
}

Fib::Fib(Env& env) : env_(env) {
  reset_rules();
  custom_rules_ = false;
}

Fib::~Fib() = default;

FibTable& Fib::table_of(std::uint32_t id) {
  const auto at = std::ranges::lower_bound(tables_, id, {}, [](const auto& table) { return table->id; });
  if (at != tables_.end() && (*at)->id == id) return **at;
  return **tables_.insert(at, std::make_unique<FibTable>(id));
}

const FibTable* Fib::find_table(std::uint32_t id) const {
  const auto at = std::ranges::lower_bound(tables_, id, {}, [](const auto& table) { return table->id; });
  return at != tables_.end() && (*at)->id == id ? at->get() : nullptr;
}

void Fib::routes_changed() {
  ++routes_generation_;
  flush_cache();
}

FibError Fib::add(FibRoute route, AddMode mode) {
  if (route.table == 0) route.table = table::main;
  if (route.dst.network() != route.dst.addr) return FibError::invalid_prefix;
  table_of(route.table);  // is there from now on, whatever becomes of the route (kernel: inet_rtm_newroute())
  if (widest_scope(route.type) > route.scope) return FibError::invalid_scope;
  switch (route.type) {
    case RouteType::blackhole:
    case RouteType::unreachable:
    case RouteType::prohibit:
    case RouteType::throw_:
      if (route.dev != nullptr || !route.gateway.is_any() || !route.hops.empty()) return FibError::unwanted_next_hop;
      break;
    default:
      if (!route.hops.empty()) {
        if (const FibError error = check_hops(route); error != FibError::none) return error;
      } else if (const FibError error = check_next_hop(route); error != FibError::none)
        return error;
      if (!route.pref_src.is_any() && !valid_pref_src(route)) return FibError::invalid_prefsrc;
  }
  const FibError error = insert(route, mode);
  if (error == FibError::none && route.type == RouteType::local) custom_local_routes_ = true;
  return error;
}

FibError Fib::insert(const FibRoute& route, AddMode mode) {
  auto& entries = table_of(route.table).entries;
  const auto place = place_of(route);
  auto [first, last] = std::ranges::equal_range(entries, place, {}, [](const auto& e) { return place_of(*e); });
  const auto first_at = first - entries.begin();
  auto insert_at = first_at;
  if (first != last) {
    if (mode == AddMode::add) return FibError::exists;
    const auto same = std::find_if(first, last, [&](const auto& e) { return same_route(*e, route); });
    if (mode == AddMode::replace || mode == AddMode::change) {
      if (same == first) return FibError::none;
      if (same != last) return FibError::exists;
      auto entry = std::make_unique<FibEntry>(FibEntry{route, ++serial_});
      *first = std::move(entry);
      routes_changed();
      return FibError::none;
    }
    if (same != last) return FibError::exists;
    if (mode == AddMode::append) insert_at = last - entries.begin();
  } else if (mode == AddMode::change) {
    return FibError::not_found;
  }
  entries.insert(entries.begin() + insert_at, std::make_unique<FibEntry>(FibEntry{route, ++serial_}));
  routes_changed();
  return FibError::none;
}

FibError Fib::remove(const FibRoute& pattern) {
  if (pattern.dst.network() != pattern.dst.addr) return FibError::invalid_prefix;
  const std::uint32_t id = pattern.table == 0 ? table::main : pattern.table;
  if (find_table(id) == nullptr) return FibError::no_such;
  auto& entries = table_of(id).entries;
  const auto at = std::ranges::find_if(
      entries, [&](const auto& e) { return e->dst == pattern.dst && e->tos == pattern.tos && matches(*e, pattern); });
  if (at == entries.end()) return FibError::no_such;
  entries.erase(at);
  routes_changed();
  return FibError::none;
}

std::vector<const FibRoute*> Fib::routes(std::uint32_t table) const {
  std::vector<const FibRoute*> routes;
  if (const FibTable* found = find_table(table); found != nullptr) {
    for (const auto& entry : found->entries) routes.push_back(entry.get());
  }
  return routes;
}

std::vector<std::uint32_t> Fib::tables() const {
  std::vector<std::uint32_t> ids;
  for (const auto& table : tables_) ids.push_back(table->id);
  return ids;
}

// Kernel: fib_get_nhs() and what fib_create_info() does with them.
FibError Fib::check_hops(FibRoute& route) const {
  std::vector<FibNextHop> hops = std::move(route.hops);
  const base::Ipv4Addr gateway = route.gateway;
  const Device* const dev = route.dev;
  route.hops.clear();
  if (dev != nullptr && dev != hops.front().dev) return FibError::device_not_first;
  if (!gateway.is_any() && gateway != hops.front().gateway) return FibError::gateway_not_first;
  if (route.scope == Scope::host && hops.size() > 1) return FibError::host_scope_hops;
  FibRoute one = route;
  for (FibNextHop& hop : hops) {
    one.dev = hop.dev;
    one.gateway = hop.gateway;
    one.onlink = hop.onlink;
    if (const FibError error = check_next_hop(one); error != FibError::none) return error;
    hop.dev = one.dev;
    hop.scope = one.next_hop_scope;
    hop.linkdown = one.linkdown;
  }
  const FibNextHop& first = hops.front();
  route.dev = first.dev;
  route.gateway = first.gateway;
  route.onlink = first.onlink;
  route.linkdown = first.linkdown;
  route.next_hop_scope = first.scope;
  if (hops.size() > 1) route.hops = std::move(hops);
  return FibError::none;
}

// Kernel: fib_check_nh() and the cases around it in fib_create_info().
FibError Fib::check_next_hop(FibRoute& route) const {
  if (route.scope > Scope::host) return FibError::invalid_scope;
  if (route.scope == Scope::host) {
    if (!route.gateway.is_any()) return FibError::host_scope_gateway;
    if (route.dev == nullptr) return FibError::no_device;
    route.next_hop_scope = Scope::nowhere;
    return FibError::none;
  }
  if (!route.gateway.is_any()) return check_gateway(route);
  if (route.onlink) return FibError::invalid;
  if (route.dev == nullptr) return FibError::no_device;
  if (!route.dev->up) return FibError::no_device_up;
  route.next_hop_scope = Scope::host;
  route.linkdown = !route.dev->carrier;
  return FibError::none;
}

// Kernel: fib_check_nh_v4_gw().
FibError Fib::check_gateway(FibRoute& route) const {
  if (route.onlink) {
    if (route.scope >= Scope::link) return FibError::invalid_scope;
    if (route.dev == nullptr) return FibError::onlink_device_missing;
    if (!route.dev->up) return FibError::onlink_device_down;
    if (address_type(route.gateway) != RouteType::unicast) return FibError::invalid_gateway;
    route.next_hop_scope = Scope::link;
    route.linkdown = !route.dev->carrier;
    return FibError::none;
  }
  // A gateway must be nearer than the route itself: on link or closer.
  const Query query{.dst = route.gateway,
                    .src = {},
                    .in = nullptr,
                    .out = route.dev,
                    .scope = std::max(static_cast<Scope>(static_cast<unsigned>(route.scope) + 1), Scope::link),
                    .ignore_link_state = true};
  FibMatch match;
  prepare();
  if (route.table != table::main) {
    if (const FibIndex* index = index_of(route.table); index != nullptr) match = find(*index, query);
  }
  if (match.route == nullptr) match = lookup(query);
  if (match.route == nullptr) return FibError::gateway_unreachable;
  if (match.type != RouteType::unicast && match.type != RouteType::local) return FibError::invalid_gateway;
  route.next_hop_scope = match.route->scope;
  route.dev = match.dev();
  route.linkdown = !route.dev->carrier;
  return route.dev->up ? FibError::none : FibError::network_down;
}

// Kernel: fib_valid_prefsrc(). The local table is asked in every case.
bool Fib::valid_pref_src(const FibRoute& route) const {
  if (route.type == RouteType::local && !route.dst.addr.is_any() && route.pref_src == route.dst.addr) return true;
  if (route.table != table::main && route.table != table::local) {
    prepare();
    if (const FibIndex* index = index_of(route.table); index != nullptr) {
      if (find(*index, {.dst = route.pref_src}).type == RouteType::local) return true;
    }
  }
  return address_type(route.pref_src) == RouteType::local;
}

void Fib::add_rule(FibRule rule) {
  if (rule.preference == 0 && rules_.size() > 1 && rules_[1].preference > 0) rule.preference = rules_[1].preference - 1;
  const auto at = std::ranges::upper_bound(rules_, rule.preference, {}, &FibRule::preference);
  rules_.insert(at, std::move(rule));
  custom_rules_ = true;
  routes_changed();
}

bool Fib::remove_rule(const FibRule& pattern) {
  const auto at = std::ranges::find_if(rules_, [&](const FibRule& rule) { return matches(rule, pattern); });
  if (at == rules_.end()) return false;
  rules_.erase(at);
  custom_rules_ = true;
  routes_changed();
  return true;
}

void Fib::reset_rules() {
  rules_.clear();
  rules_.push_back({.preference = 0, .table = table::local, .proto = RouteProto::kernel});
  rules_.push_back({.preference = 32766, .table = table::main, .proto = RouteProto::kernel});
  rules_.push_back({.preference = 32767, .table = table::default_, .proto = RouteProto::kernel});
  custom_rules_ = true;
  routes_changed();
}

}  // namespace lvs::host
