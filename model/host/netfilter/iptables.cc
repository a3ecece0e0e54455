// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/iptables.h"

#include <algorithm>
#include <optional>

#include "host/ip/stack.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::host {

using trace::Drop;

namespace {

struct HookOfTable {
  Hook hook;
  int priority;
};

constexpr std::string_view kTableNames[] = {"raw", "mangle", "nat", "filter"};

std::vector<HookOfTable> hooks_of(IpTables::Kind kind) {
  using enum Hook;
  switch (kind) {
    case IpTables::Kind::raw: return {{NF_INET_PRE_ROUTING, priority::raw}, {NF_INET_LOCAL_OUT, priority::raw}};
    case IpTables::Kind::mangle:
      return {{NF_INET_PRE_ROUTING, priority::mangle},
              {NF_INET_LOCAL_IN, priority::mangle},
              {NF_INET_FORWARD, priority::mangle},
              {NF_INET_LOCAL_OUT, priority::mangle},
              {NF_INET_POST_ROUTING, priority::mangle}};
    case IpTables::Kind::nat:  // hooks of their own: see Nat
      return {{NF_INET_PRE_ROUTING, priority::nat_dst},
              {NF_INET_LOCAL_IN, priority::nat_src},
              {NF_INET_LOCAL_OUT, priority::nat_dst},
              {NF_INET_POST_ROUTING, priority::nat_src}};
    case IpTables::Kind::filter:
    case IpTables::Kind::count_: break;
  }
  return {
      {NF_INET_LOCAL_IN, priority::filter}, {NF_INET_FORWARD, priority::filter}, {NF_INET_LOCAL_OUT, priority::filter}};
}

bool is_netmap(const xt::Target& target) {
  const auto* const extra = std::get_if<xt::BoxedTarget>(&target);
  return extra != nullptr && std::holds_alternative<xt::Netmap>(extra->target->as);
}

bool needs_tracker(const IpRule& rule) {
  for (const xt::Match& match : rule.matches) {
    if (std::holds_alternative<xt::Conntrack>(match) || std::holds_alternative<xt::Connmark>(match)) return true;
    if (const auto* boxed = std::get_if<xt::BoxedMatch>(&match); boxed != nullptr && large_needs_tracker(*boxed->match))
      return true;
  }
  return std::holds_alternative<xt::Nat>(rule.target) || std::holds_alternative<xt::SetConnmark>(rule.target) ||
         std::holds_alternative<xt::Notrack>(rule.target) || is_netmap(rule.target);
}

// One packet on its way through one table.
struct Visitor {
  MatchContext context;
  Nat& nat;
  std::string_view table;
  std::uint32_t size;
  Drop drop = Drop::netfilter_drop;

  bool matches(IpRule& rule) { return rule_matches(rule, context); }
  bool hot_drop() const { return context.hot_drop; }
  void count(RuleCounters& counters) const { counters.count(size); }
  StandardVerdict apply(IpRule& rule, bool&) {
    const Netfilter::KeepDecision keep(context.host.netfilter);
    const TargetResult result = apply_target(rule, context, nat);
    drop = result.drop;
    return result.verdict;
  }
  void passed(const RuleChain<IpRule>& chain, std::size_t number, RuleStep step) {
    Stack& host = context.host;
    host.netfilter.decided(table, chain.name, step, number);
    if (context.packet.nf_trace) {
      host.journal("kernel",
                   "TRACE: " + host.netfilter.decision() + " " + log_text(context.packet, context.in, context.out, 0xf),
                   context.packet.walk);
    }
    if (!host.tracing() || drops(chain, number)) return;
    host.trace(stage_of(context.hook), context.packet, Verdict::accept, Drop::none, {}, host.netfilter.decision());
  }
  // The event of the drop itself will name this rule.
  static bool drops(const RuleChain<IpRule>& chain, std::size_t number) {
    if (number > chain.rules.size()) return chain.builtin && chain.policy == StandardVerdict::drop;
    const IpRule& rule = chain.rules[number - 1];
    return rule.verdict == StandardVerdict::drop || std::holds_alternative<xt::Reject>(rule.target);
  }
};

}  // namespace

IpTables::IpTables(Stack& host, Conntrack& conntrack)
    : host_(host), conntrack_(conntrack), nat_(host, conntrack_, *this) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].owner = this;
    slots_[i].kind = static_cast<Kind>(i);
  }
}

IpTables::~IpTables() = default;

std::string_view IpTables::name_of(Kind kind) { return kTableNames[static_cast<std::size_t>(kind)]; }

IpTables::Table& IpTables::table(Kind kind) {
  Slot& slot = slots_[static_cast<std::size_t>(kind)];
  if (slot.table != nullptr) return *slot.table;
  made_.insert(made_.begin(), kind);
  const std::vector<HookOfTable> hooks = hooks_of(kind);
  std::vector<std::string> names;
  for (const HookOfTable& each : hooks) names.emplace_back(host::name_of(each.hook));
  slot.table = std::make_unique<Table>(std::string(name_of(kind)), std::move(names));
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    slot.chains[static_cast<std::size_t>(hooks[i].hook)] = slot.table->chains()[i].get();
  }
  if (kind == Kind::nat) {
    nat_.register_hooks();
    return *slot.table;
  }
  for (const HookOfTable& each : hooks) {
    const bool reroutes = kind == Kind::mangle && each.hook == Hook::NF_INET_LOCAL_OUT;
    host_.netfilter.add(each.hook,
                        {each.priority, name_of(kind), reroutes ? &IpTables::mangle_out : &IpTables::hook, &slot});
  }
  return *slot.table;
}

void IpTables::committed(Kind kind) {
  Slot& slot = slots_[static_cast<std::size_t>(kind)];
  bool tracks = false;
  slot.table->each_rule([&](IpRule& rule) {
    tracks = tracks || needs_tracker(rule);
    for (xt::Match& match : rule.matches) {
      if (auto* limit = std::get_if<xt::Limit>(&match)) limit->credit = -1;
      if (auto* nth = std::get_if<xt::Statistic>(&match)) nth->count = nth->every - nth->packet;
    }
  });
  renew_large_matches(*this, kind, host_.now());
  if (tracks == slot.tracks) return;
  slot.tracks = tracks;
  tracks ? conntrack_.get() : conntrack_.put();
}

HookResult IpTables::pass(Kind kind, Hook hook, Packet& packet) {
  Slot& slot = slots_[static_cast<std::size_t>(kind)];
  RuleChain<IpRule>* const chain = slot.chains[static_cast<std::size_t>(hook)];
  if (chain == nullptr) return HookResult::accept();
  // A forwarded packet still knows on POSTROUTING where it came in (kernel: ip_output()).
  const bool from_us = hook == Hook::NF_INET_LOCAL_OUT;
  const bool arrives = hook == Hook::NF_INET_PRE_ROUTING || hook == Hook::NF_INET_LOCAL_IN;
  Visitor visitor{{host_, conntrack_, hook, packet, from_us ? nullptr : packet.in, arrives ? nullptr : packet.out},
                  nat_,
                  slot.table->name(),
                  packet.size()};
  const StandardVerdict verdict = walk_chain(*chain, visitor);
  // The event of a drop names the rule; nobody else may.
  if (verdict == StandardVerdict::accept || !host_.tracing()) host_.netfilter.forget_decision();
  return verdict == StandardVerdict::accept ? HookResult::accept() : HookResult::dropped(visitor.drop);
}

HookResult IpTables::hook(void* slot, Hook hook, PacketPtr& packet) {
  const Slot& self = *static_cast<Slot*>(slot);
  return self.owner->pass(self.kind, hook, *packet);
}

// Kernel: ipt_mangle_out(): what routing looks at may have changed.
HookResult IpTables::mangle_out(void* slot, Hook hook, PacketPtr& packet) {
  const wire::Ipv4 before = packet->ip();
  const base::Ipv4Addr src = before.src(), dst = before.dst();
  const std::uint32_t mark = packet->mark;
  const std::uint8_t tos = before.tos();
  const HookResult result = IpTables::hook(slot, hook, packet);
  if (result.verdict != Verdict::accept) return result;
  const wire::Ipv4 after = packet->ip();
  if (after.src() == src && after.dst() == dst && packet->mark == mark && after.tos() == tos) return result;
  if (route_me_harder(static_cast<Slot*>(slot)->owner->host_, *packet)) return result;
  return HookResult::dropped(Drop::ip_outnoroutes);
}

bool route_me_harder(Stack& host, Packet& packet) {
  const wire::ConstIpv4 ip = packet.ip();
  const RouteType kind = host.fib.address_type(ip.src());
  const bool keep = kind == RouteType::local || kind == RouteType::unicast;
  const Route route = host.fib.output({.dst = ip.dst(),
                                       .src = keep ? ip.src() : base::Ipv4Addr{},
                                       .in = nullptr,
                                       .out = nullptr,
                                       .mark = packet.mark,
                                       .tos = ip.tos(),
                                       .any_source = keep});
  switch (route.type) {
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast: break;
    default: return false;
  }
  packet.route = route;
  packet.out = route.dev;
  return true;
}

}  // namespace lvs::host
