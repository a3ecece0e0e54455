// SPDX-License-Identifier: GPL-2.0-or-later
// Which rules the kernel takes where (kernel: the table, hooks and checkentry() of each extension).
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "control/programs/iptables/iptables.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::control {
namespace {

namespace xt = host::xt;
using host::IpRule;
using host::IpTables;
using Kind = host::IpTables::Kind;
using Table = host::RuleTable<IpRule>;
using Chain = host::RuleChain<IpRule>;
using Hooks = std::set<std::string, std::less<>>;

// The built-in chains from which packets come into a chain.
Hooks hooks_of(const Table& table, const Chain& chain) {
  std::map<const Chain*, std::vector<const Chain*>> leading_to;
  for (const auto& from : table.chains()) {
    for (const IpRule& rule : from->rules)
      if (rule.chain != nullptr) leading_to[rule.chain].push_back(from.get());
  }
  Hooks hooks;
  std::set<const Chain*> known{&chain};
  std::vector<const Chain*> todo{&chain};
  while (!todo.empty()) {
    const Chain& to = *todo.back();
    todo.pop_back();
    if (to.builtin) hooks.insert(to.name);
    for (const Chain* from : leading_to[&to])
      if (known.insert(from).second) todo.push_back(from);
  }
  return hooks;
}

bool within(const Hooks& hooks, std::initializer_list<std::string_view> allowed) {
  return std::ranges::all_of(
      hooks, [&](const std::string& hook) { return std::ranges::find(allowed, hook) != allowed.end(); });
}

bool is_protocol(const IpRule& rule, std::uint8_t protocol) {
  return rule.protocol == protocol && !rule.protocol_invert;
}

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kSctp = 132;

bool matches_allowed(const IpRule& rule, const Hooks& hooks) {
  return std::ranges::all_of(rule.matches, [&](const xt::Match& match) {
    if (std::holds_alternative<xt::Tcp>(match)) return is_protocol(rule, kTcp);
    if (std::holds_alternative<xt::Udp>(match)) return is_protocol(rule, kUdp);
    if (std::holds_alternative<xt::Icmp>(match)) return is_protocol(rule, kIcmp);
    if (std::holds_alternative<xt::Sctp>(match)) return is_protocol(rule, kSctp);
    if (const auto* type = std::get_if<xt::Addrtype>(&match)) {
      if (type->limit == xt::Addrtype::Iface::in) return within(hooks, {"PREROUTING", "INPUT", "FORWARD"});
      if (type->limit == xt::Addrtype::Iface::out) return within(hooks, {"FORWARD", "OUTPUT", "POSTROUTING"});
    }
    if (const auto* boxed = std::get_if<xt::BoxedMatch>(&match)) {
      if (std::holds_alternative<xt::Mss>(boxed->match->as) && !is_protocol(rule, kTcp)) return false;
      return host::large_match_allowed(*boxed->match);
    }
    if (std::holds_alternative<xt::Mac>(match)) return within(hooks, {"PREROUTING", "INPUT", "FORWARD"});
    return true;
  });
}

bool is_syn_rule(const IpRule& rule) {
  return is_protocol(rule, kTcp) && std::ranges::any_of(rule.matches, [](const xt::Match& match) {
           const auto* tcp = std::get_if<xt::Tcp>(&match);
           return tcp != nullptr && (tcp->flags & 2) != 0 && !tcp->flags_invert;
         });
}

struct TargetAllowed {
  Kind kind;
  const IpRule& rule;
  const Hooks& hooks;

  template <class T>
  bool operator()(const T&) const {
    return true;
  }
  bool operator()(const xt::Reject& t) const {
    if (kind != Kind::filter || !within(hooks, {"INPUT", "FORWARD", "OUTPUT"})) return false;
    return t.with != xt::Reject::With::tcp_reset || is_protocol(rule, kTcp);
  }
  bool operator()(const xt::Nat& t) const {
    if (kind != Kind::nat) return false;
    switch (t.kind) {
      case xt::Nat::Kind::snat: return within(hooks, {"POSTROUTING", "INPUT"});
      case xt::Nat::Kind::masquerade: return within(hooks, {"POSTROUTING"});
      default: return within(hooks, {"PREROUTING", "OUTPUT"});
    }
  }
  bool operator()(const xt::BoxedTarget& t) const {
    return kind == Kind::nat || !std::holds_alternative<xt::Netmap>(t.target->as);
  }
  bool operator()(const xt::Notrack&) const { return kind == Kind::raw; }
  bool operator()(const xt::Trace&) const { return kind == Kind::raw; }
  bool operator()(const xt::SetTos&) const { return kind == Kind::mangle; }
  bool operator()(const xt::SetDscp&) const { return kind == Kind::mangle; }
  bool operator()(const xt::SetTtl&) const { return kind == Kind::mangle; }
  bool operator()(const xt::TcpMss& t) const {
    if (t.mss == xt::TcpMss::kClamp && !within(hooks, {"FORWARD", "OUTPUT", "POSTROUTING"})) return false;
    return is_syn_rule(rule);
  }
};

bool rule_allowed(Kind kind, const IpRule& rule, const Hooks& hooks) {
  return matches_allowed(rule, hooks) && std::visit(TargetAllowed{kind, rule, hooks}, rule.target);
}

}  // namespace

bool iptables_allowed(Kind kind, const Table& table, std::string_view chain, const IpRule& rule) {
  const Hooks hooks = hooks_of(table, *table.find(chain));
  if (!rule_allowed(kind, rule, hooks)) return false;
  // What stands in the chain that the rule leads to is now reached from here, too. Each chain is looked at once,
  // however many rules lead to it.
  std::set<const Chain*> known;
  std::vector<const Chain*> todo;
  const auto go_to = [&](const Chain* to) {
    if (to != nullptr && known.insert(to).second) todo.push_back(to);
  };
  if (!rule.jump.empty()) go_to(table.find(rule.jump));
  while (!todo.empty()) {
    const Chain& to = *todo.back();
    todo.pop_back();
    for (const IpRule& each : to.rules) {
      if (!rule_allowed(kind, each, hooks)) return false;
      go_to(each.chain);
    }
  }
  return true;
}

}  // namespace lvs::control
