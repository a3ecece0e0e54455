// SPDX-License-Identifier: GPL-2.0-or-later
// Looking up: rules, tables, and what kind of address this is (kernel: fib_lookup(), fib_table_lookup()).
#include <algorithm>
#include <bit>

#include "host/route/fib.h"
#include "host/route/multipath.h"

namespace lvs::host {

namespace {

constexpr std::uint32_t kHash = 0x9e3779b1u;

// What a route that leads nowhere answers (kernel: fib_props[].error).
RouteError error_of(RouteType type) {
  switch (type) {
    case RouteType::unreachable: return RouteError::host_unreachable;
    case RouteType::prohibit: return RouteError::prohibited;
    case RouteType::blackhole: return RouteError::invalid;
    default: return RouteError::none;
  }
}

bool bars(RouteType type) {
  return type == RouteType::unreachable || type == RouteType::prohibit || type == RouteType::blackhole ||
         type == RouteType::throw_;
}

}  // namespace

// Bring indexes, rules and the set of addresses up to date.
void Fib::prepare() const {
  if (prepared_ == generation_) return;
  prepared_ = generation_;
  if (indexed_ != routes_generation_) {
    indexed_ = routes_generation_;
    indexes_.clear();
    const FibTable* local = find_table(table::local);
    const FibTable* main = find_table(table::main);
    std::vector<const FibTable*> both;
    if (local != nullptr) both.push_back(local);
    if (main != nullptr) both.push_back(main);
    merged_.build(both);
    for (const auto& table : tables_) {
      const FibTable* one = table.get();
      indexes_.emplace_back(table->id, FibIndex{}).second.build({&one, 1});
    }
  }
  compile_rules();

  std::size_t count = 0;
  for (const auto& dev : env_.devices()) count += dev->addresses.size();
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(2, count * 2 + 1));
  addresses_.assign(size, 0);
  address_shift_ = 32u - static_cast<std::uint32_t>(std::countr_zero(size));
  for (const auto& dev : env_.devices()) {
    for (const InterfaceAddress& address : dev->addresses) {
      const std::uint32_t value = address.prefix.addr.value;
      std::size_t at = value * kHash >> address_shift_;
      while (addresses_[at] != 0 && addresses_[at] != value) at = (at + 1) & (size - 1);
      addresses_[at] = value;
    }
  }
}

void Fib::compile_rules() const {
  rules_see_source_ = rules_see_ports_ = false;
  compiled_.clear();
  for (const FibRule& rule : rules_) {
    CompiledRule to;
    to.from = rule.from.network().value;
    to.from_mask = rule.from.mask();
    to.to = rule.to.network().value;
    to.to_mask = rule.to.mask();
    if (!rule.iif.empty()) to.never |= (to.iif = env_.device(rule.iif)) == nullptr;
    if (!rule.oif.empty()) to.never |= (to.oif = env_.device(rule.oif)) == nullptr;
    if (rule.mark) {
      to.mark = *rule.mark & rule.mark_mask;
      to.mark_mask = rule.mark_mask;
    }
    to.tos = rule.tos;
    to.action = rule.action;
    to.source = &rule;
    to.plain = !has_rare_words(rule);
    if (rule.jump) {
      const auto target = std::ranges::find(rules_, *rule.jump, &FibRule::preference);
      if (target != rules_.end()) to.jump = static_cast<std::size_t>(target - rules_.begin());
    } else if (rule.action == RouteType::unicast && !rule.nop) {
      to.index = index_of(rule.table);
    }
    rules_see_source_ |= to.from_mask != 0;
    rules_see_ports_ |= rule.protocol != 0 || rule.sport.given() || rule.dport.given();
    compiled_.push_back(to);
  }
  each_flow_ = rules_see_ports_ || std::ranges::any_of(tables_, [](const auto& table) {
                 return std::ranges::any_of(table->entries, [](const auto& entry) { return !entry->hops.empty(); });
               });
}

bool Fib::is_configured(base::Ipv4Addr addr) const {
  prepare();
  if (addr.is_any()) return false;
  const std::size_t mask = addresses_.size() - 1;
  for (std::size_t at = addr.value * kHash >> address_shift_;; at = (at + 1) & mask) {
    if (addresses_[at] == addr.value) return true;
    if (addresses_[at] == 0) return false;
  }
}

const FibIndex* Fib::index_of(std::uint32_t table) const {
  if (!custom_rules_ && (table == table::local || table == table::main)) return &merged_;
  for (const auto& [id, index] : indexes_) {
    if (id == table) return &index;
  }
  return nullptr;
}

bool Fib::eligible(const FibEntry& e, const Query& query) const {
  if (e.tos != 0 && e.tos != query.tos) return false;
  if (e.scope < query.scope) return false;
  if (bars(e.type)) return true;
  if (!e.hops.empty()) return std::ranges::any_of(e.hops, [&](const FibNextHop& hop) { return usable(hop, query); });
  if (e.linkdown && !query.ignore_link_state && env_.conf_either(*e.dev, Conf::ignore_routes_with_linkdown)) {
    return false;
  }
  return query.out == nullptr || query.out == e.dev;
}

bool Fib::usable(const FibNextHop& hop, const Query& query) const {
  if (hop.dead) return false;
  if (hop.linkdown && !query.ignore_link_state && env_.conf_either(*hop.dev, Conf::ignore_routes_with_linkdown)) {
    return false;
  }
  return query.out == nullptr || query.out == hop.dev;
}

// Kernel: fib_rule_match(), fib4_rule_match().
bool Fib::selects(const CompiledRule& rule, const Query& query, const Device* in) {
  const bool selected = !rule.never && ((query.src.value ^ rule.from) & rule.from_mask) == 0 &&
                        ((query.dst.value ^ rule.to) & rule.to_mask) == 0 && (rule.iif == nullptr || rule.iif == in) &&
                        (rule.oif == nullptr || rule.oif == query.out) &&
                        ((query.mark ^ rule.mark) & rule.mark_mask) == 0 && (rule.tos == 0 || rule.tos == query.tos);
  return rule.plain ? selected : selects_rarely(*rule.source, query, selected);
}

bool Fib::has_rare_words(const FibRule& rule) {
  return rule.inverted || rule.protocol != 0 || rule.sport.given() || rule.dport.given() || rule.jump || rule.nop ||
         rule.suppress_prefixlength || rule.suppress_group;
}

// `otherwise`: what the words that are not rare say.
bool Fib::selects_rarely(const FibRule& rule, const Query& query, bool otherwise) {
  const bool selected = otherwise && (rule.protocol == 0 || rule.protocol == query.protocol) &&
                        (!rule.sport.given() || rule.sport.contains(query.sport)) &&
                        (!rule.dport.given() || rule.dport.contains(query.dport));
  return selected != rule.inverted;
}

// Kernel: fib4_rule_suppress(): the route that was found does not count.
bool Fib::suppressed(const CompiledRule& rule, const FibMatch& match) const {
  if (rule.plain || match.route == nullptr) return false;
  const FibRule& words = *rule.source;
  if (words.suppress_prefixlength && match.route->dst.length <= *words.suppress_prefixlength) return true;
  const Device* const dev = match.dev();
  return words.suppress_group && dev != nullptr && dev->group == *words.suppress_group;
}

// Kernel: fib_table_lookup(). Type throw_ or none with no route: go on with the next table.
FibMatch Fib::find(const FibIndex& index, const Query& query) const {
  const FibEntry* found = index.find(query.dst, [&](const FibEntry& e) { return eligible(e, query); });
  if (found == nullptr) return {};
  if (bars(found->type)) return {nullptr, found->type, error_of(found->type)};
  std::uint32_t hop = 0;
  while (hop < found->hops.size() && !usable(found->hops[hop], query)) ++hop;
  return {found, found->type, RouteError::none, hop};
}

// Kernel: fib_lookup(), __fib_lookup(). On failure `route` is nullptr, and the type never throw_.
FibMatch Fib::lookup(const Query& query) const {
  prepare();
  if (custom_rules_) return lookup_rules(query);
  FibMatch match = find(merged_, query);
  if (match.route != nullptr) return match;
  if (match.type == RouteType::none || match.type == RouteType::throw_) {
    match = {};
    if (const FibIndex* last = index_of(table::default_); last != nullptr) match = find(*last, query);
    if (match.type == RouteType::throw_) match = {};
  }
  return match;
}

// Kernel: fib_rules_lookup().
FibMatch Fib::lookup_rules(const Query& query) const {
  const Device* in = query.in == nullptr ? &env_.loopback() : query.in;
  for (std::size_t at = 0; at < compiled_.size(); ++at) {
    const CompiledRule* rule = &compiled_[at];
    if (!selects(*rule, query, in)) continue;
    if (!rule->plain && rule->source->jump) {
      if (rule->jump > at) at = rule->jump - 1;  // whose selectors are asked, too
      continue;
    }
    if (!rule->plain && rule->source->nop) continue;
    switch (rule->action) {
      case RouteType::unreachable: return {nullptr, RouteType::unreachable, RouteError::net_unreachable};
      case RouteType::prohibit: return {nullptr, RouteType::prohibit, RouteError::prohibited};
      case RouteType::unicast: break;
      default: return {nullptr, RouteType::blackhole, RouteError::invalid};
    }
    if (rule->index == nullptr) continue;
    const FibMatch match = find(*rule->index, query);
    if (suppressed(*rule, match)) continue;
    if (match.route != nullptr || (match.type != RouteType::none && match.type != RouteType::throw_)) return match;
  }
  return {};
}

Fib::Query Fib::query_of(const FlowKey& key) const {
  Query query{.dst = key.dst,
              .src = key.src,
              .in = key.in,
              .out = key.out,
              .mark = key.mark,
              .tos = static_cast<std::uint8_t>(key.tos & kRoutingTosMask)};
  if (rules_see_ports_) {
    const FlowPorts ports = ports_of(key);
    query.protocol = ports.protocol;
    query.sport = ports.sport;
    query.dport = ports.dport;
  }
  return query;
}

FibMatch Fib::lookup(const FlowKey& key) const {
  prepare();
  return lookup(query_of(key));
}

// Kernel: __inet_dev_addr_type() with the local table.
RouteType Fib::address_type_on(const Device* dev, base::Ipv4Addr addr) const {
  if (addr.is_any() || addr.is_broadcast()) return RouteType::broadcast;
  if (addr.is_multicast()) return RouteType::multicast;
  prepare();
  const FibIndex* local = index_of(table::local);
  if (local == nullptr) return RouteType::broadcast;
  const FibMatch match = find(*local, {.dst = addr});
  return match.route != nullptr && (dev == nullptr || dev == match.dev()) ? match.type : RouteType::unicast;
}

// The device that a source address belongs to, nullptr: not ours (kernel: __ip_dev_find()).
Device* Fib::owner_of(base::Ipv4Addr addr) const {
  if (is_configured(addr)) {
    for (const auto& dev : env_.devices()) {
      for (const InterfaceAddress& address : dev->addresses) {
        if (address.prefix.addr == addr) return dev.get();
      }
    }
  }
  const FibIndex* local = index_of(table::local);
  if (local == nullptr) return nullptr;
  const FibMatch match = find(*local, {.dst = addr});
  return match.type == RouteType::local ? match.dev() : nullptr;
}

// Kernel: inet_select_addr().
base::Ipv4Addr Fib::select_address(const Device* dev, base::Ipv4Addr dst, Scope scope) const {
  base::Ipv4Addr best;
  if (dev != nullptr) {
    // With route_localnet, 127/8 counts as reachable from the link.
    const Scope widest = env_.conf_either(*dev, Conf::route_localnet) ? Scope::link : Scope::host;
    for (const InterfaceAddress& address : dev->addresses) {
      if (address.secondary || std::min(address.scope, widest) > scope) continue;
      if (dst.is_any() || address.subnet().contains(dst)) return address.prefix.addr;
      if (best.is_any()) best = address.prefix.addr;
    }
  }
  if (!best.is_any()) return best;
  // lo is the first device: addresses on it that are no loopback addresses are preferred.
  for (const auto& other : env_.devices()) {
    for (const InterfaceAddress& address : other->addresses) {
      if (!address.secondary && address.scope != Scope::link && address.scope <= scope) return address.prefix.addr;
    }
  }
  return {};
}

bool Fib::on_link(const Device& dev, base::Ipv4Addr a, base::Ipv4Addr b) const {
  return std::ranges::any_of(dev.addresses, [&](const InterfaceAddress& address) {
    const base::Ipv4Prefix subnet = address.subnet();
    return !address.secondary && subnet.contains(a) && (b.is_any() || subnet.contains(b));
  });
}

}  // namespace lvs::host
