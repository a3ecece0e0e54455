// SPDX-License-Identifier: GPL-2.0-or-later
// Which rules the kernel takes where (kernel: the table, hooks and checkentry() of each extension).
#include <algorithm>
#include <set>

#include "control/programs/iptables/iptables.h"

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
void collect_hooks(const Table& table, const Chain& chain, Hooks& hooks, std::vector<const Chain*>& known) {
  if (chain.builtin) hooks.insert(chain.name);
  if (std::ranges::find(known, &chain) != known.end()) return;
  known.push_back(&chain);
  for (const auto& from : table.chains()) {
    const bool leads = std::ranges::any_of(from->rules, [&](const IpRule& rule) { return rule.chain == &chain; });
    if (leads) collect_hooks(table, *from, hooks, known);
  }
}

bool within(const Hooks& hooks, std::initializer_list<std::string_view> allowed) {
  return std::ranges::all_of(
      hooks, [&](const std::string& hook) { return std::ranges::find(allowed, hook) != allowed.end(); });
}

bool is_protocol(const IpRule& rule, std::uint8_t protocol) {
  return rule.protocol == protocol && !rule.protocol_invert;
}

constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17;

bool matches_allowed(const IpRule& rule, const Hooks& hooks) {
  return std::ranges::all_of(rule.matches, [&](const xt::Match& match) {
    if (std::holds_alternative<xt::Tcp>(match)) return is_protocol(rule, kTcp);
    if (std::holds_alternative<xt::Udp>(match)) return is_protocol(rule, kUdp);
    if (std::holds_alternative<xt::Icmp>(match)) return is_protocol(rule, kIcmp);
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
  bool operator()(const xt::Notrack&) const { return kind == Kind::raw; }
  bool operator()(const xt::Trace&) const { return kind == Kind::raw; }
  bool operator()(const xt::SetTos&) const { return kind == Kind::mangle; }
  bool operator()(const xt::SetTtl&) const { return kind == Kind::mangle; }
  bool operator()(const xt::TcpMss& t) const {
    if (t.mss == xt::TcpMss::kClamp && !within(hooks, {"FORWARD", "OUTPUT", "POSTROUTING"})) return false;
    return is_syn_rule(rule);
  }
};

bool rule_allowed(Kind kind, const Table& table, const IpRule& rule, const Hooks& hooks, unsigned depth) {
  constexpr unsigned kDeepest = 64;
  if (!matches_allowed(rule, hooks)) return false;
  if (!std::visit(TargetAllowed{kind, rule, hooks}, rule.target)) return false;
  const Chain* const chain = rule.jump.empty() ? nullptr : table.find(rule.jump);
  if (chain == nullptr || depth == kDeepest) return true;
  // What stands in the chain is now reached from here, too.
  return std::ranges::all_of(chain->rules,
                             [&](const IpRule& each) { return rule_allowed(kind, table, each, hooks, depth + 1); });
}

}  // namespace

bool iptables_allowed(Kind kind, const Table& table, std::string_view chain, const IpRule& rule) {
  Hooks hooks;
  std::vector<const Chain*> known;
  collect_hooks(table, *table.find(chain), hooks, known);
  return rule_allowed(kind, table, rule, hooks, 0);
}

}  // namespace lvs::control
