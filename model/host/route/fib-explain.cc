// SPDX-License-Identifier: GPL-2.0-or-later
// Lookups explained: the rule, the table and the route that decided.
#include "host/route/fib.h"
#include "trace/why.h"

namespace lvs::host {

using trace::Why;
using trace::WhyId;

namespace {

Why of_route(const FibRoute& route, std::uint32_t rule) {
  const std::uint64_t prefix = trace::why_prefix(route.dst);
  const auto plain = [&](WhyId id) { return Why{id, {prefix, route.table, rule}}; };
  switch (route.type) {
    case RouteType::local: return plain(WhyId::route_local);
    case RouteType::broadcast: return plain(WhyId::route_broadcast);
    case RouteType::unreachable: return plain(WhyId::route_unreachable);
    case RouteType::prohibit: return plain(WhyId::route_prohibit);
    case RouteType::blackhole: return plain(WhyId::route_blackhole);
    default: break;
  }
  if (route.uses_gateway()) return {WhyId::route_gateway, {prefix, route.gateway.value, route.table, rule}};
  return plain(WhyId::route_link);
}

}  // namespace

Why Fib::explain(const FlowKey& key) const {
  if (key.dst.is_multicast()) return {WhyId::route_multicast, {key.dst.value}};
  prepare();
  const Query query = query_of(key);
  const Device* in = query.in == nullptr ? &env_.loopback() : query.in;
  for (std::size_t i = 0; i < compiled_.size(); ++i) {
    const CompiledRule& rule = compiled_[i];
    if (!selects(rule, query, in)) continue;
    if (!rule.plain && (rule.source->jump || rule.source->nop)) {
      if (rule.jump > i) i = rule.jump - 1;
      continue;
    }
    const std::uint32_t preference = rules_[i].preference;
    const base::Ipv4Prefix all{};
    if (rule.action != RouteType::unicast) return of_route({.dst = all, .table = 0, .type = rule.action}, preference);
    // While local and main are one index, its routes know their own tables.
    if (rule.index == nullptr) continue;
    const FibEntry* found = rule.index->find(query.dst, [&](const FibEntry& e) { return eligible(e, query); });
    if (found == nullptr || found->type == RouteType::throw_ || suppressed(rule, {found, found->type})) continue;
    const FibMatch chosen = choose_hop({found, found->type}, key);
    FibRoute shown = *found;
    shown.gateway = chosen.gateway();
    shown.next_hop_scope = chosen.next_hop_scope();
    return of_route(shown, rule_for(*found, preference));
  }
  return {WhyId::route_missing, {key.dst.value}};
}

// With one index for both, the rule before has found what belongs to the next one's table.
std::uint32_t Fib::rule_for(const FibRoute& route, std::uint32_t preference) const {
  if (custom_rules_) return preference;
  for (const FibRule& rule : rules_) {
    if (rule.action == RouteType::unicast && rule.table == route.table) return rule.preference;
  }
  return preference;
}

}  // namespace lvs::host
