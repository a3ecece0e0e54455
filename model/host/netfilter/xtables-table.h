// SPDX-License-Identifier: GPL-2.0-or-later
// Chains of rules, as iptables and arptables edit them and packets pass them (kernel: x_tables.c, ip_tables.c,
// arp_tables.c; errors as libiptc has them).
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/hook/netfilter.h"

namespace lvs::host {

struct RuleCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  void count(std::uint32_t size) {
    ++packets;
    bytes += size;
  }
};

// What a rule says by itself, without an extension. `none`: on to the next rule.
enum class StandardVerdict : std::uint8_t { none, accept, drop, queue, return_ };
// As the tools name it; "" of none.
constexpr std::string_view name_of(StandardVerdict verdict) {
  switch (verdict) {
    case StandardVerdict::accept: return "ACCEPT";
    case StandardVerdict::drop: return "DROP";
    case StandardVerdict::queue: return "QUEUE";
    case StandardVerdict::return_: return "RETURN";
    case StandardVerdict::none: break;
  }
  return "";
}

enum class TableError : std::uint8_t {
  none,
  no_chain,    // ENOENT
  no_rule,     // ENOENT: no rule is like the one to delete
  too_big,     // E2BIG: no such number
  exists,      // EEXIST
  not_empty,   // ENOTEMPTY
  referenced,  // EMLINK
  builtin,     // EINVAL
  no_builtin,  // ENOENT: a policy belongs to a built-in chain
  bad_policy,  // EINVAL
  invalid,     // EINVAL: an extension refuses the rule
  loop,        // ELOOP
};

template <class Rule>
struct RuleChain {
  std::string name;
  bool builtin = false;
  StandardVerdict policy = StandardVerdict::accept;  // of built-in chains
  RuleCounters counters;                             // of the policy
  std::vector<Rule> rules;
};

// A rule has: RuleCounters counters; StandardVerdict verdict; bool go_to; std::string jump (the name of a chain, or
// empty); RuleChain<Rule>* chain (that chain, set by the table); bool same(const Rule&) const.
template <class Rule>
class RuleTable {
 public:
  using Chain = RuleChain<Rule>;
  using Chains = std::vector<std::unique_ptr<Chain>>;

  RuleTable(std::string name, const std::vector<std::string>& builtin)
      : name_(std::move(name)), builtins_(builtin.size()) {
    for (const std::string& each : builtin) {
      chains_.push_back(std::make_unique<Chain>());
      chains_.back()->name = each;
      chains_.back()->builtin = true;
    }
  }

  const std::string& name() const { return name_; }
  // Built-in ones in the order of hooks, then the others in the order of names.
  const Chains& chains() const { return chains_; }
  Chain* find(std::string_view name) const {
    const auto at = std::ranges::find(chains_, name, [](const auto& chain) -> std::string_view { return chain->name; });
    return at == chains_.end() ? nullptr : at->get();
  }
  // Rules that lead to the chain.
  std::size_t references(const Chain& chain) const {
    std::size_t count = 0;
    each_rule([&](const Rule& rule) { count += rule.chain == &chain ? 1 : 0; });
    return count;
  }
  std::size_t depth() const { return chains_.size(); }
  template <class Use>
  void each_rule(Use use) const {
    for (const auto& chain : chains_) {
      for (const Rule& rule : chain->rules) use(rule);
    }
  }
  template <class Use>
  void each_rule(Use use) {
    for (const auto& chain : chains_) {
      for (Rule& rule : chain->rules) use(rule);
    }
  }

  // `at`: how many rules are before it.
  TableError insert(std::string_view chain, std::size_t at, Rule rule) {
    Chain* const to = find(chain);
    if (to == nullptr) return TableError::no_chain;
    if (at > to->rules.size()) return TableError::too_big;
    if (const TableError error = link(rule); error != TableError::none) return error;
    const bool leads = rule.chain != nullptr;
    to->rules.insert(to->rules.begin() + static_cast<std::ptrdiff_t>(at), std::move(rule));
    if (!leads || !loops()) return TableError::none;
    to->rules.erase(to->rules.begin() + static_cast<std::ptrdiff_t>(at));
    return TableError::loop;
  }
  TableError append(std::string_view chain, Rule rule) {
    Chain* const to = find(chain);
    return to == nullptr ? TableError::no_chain : insert(chain, to->rules.size(), std::move(rule));
  }
  TableError replace(std::string_view chain, std::size_t at, Rule rule) {
    Chain* const to = find(chain);
    if (to == nullptr) return TableError::no_chain;
    if (at >= to->rules.size()) return TableError::too_big;
    if (const TableError error = link(rule); error != TableError::none) return error;
    std::swap(to->rules[at], rule);
    if (!loops()) return TableError::none;
    std::swap(to->rules[at], rule);
    return TableError::loop;
  }
  TableError erase(std::string_view chain, std::size_t at) {
    Chain* const from = find(chain);
    if (from == nullptr) return TableError::no_chain;
    if (at >= from->rules.size()) return TableError::too_big;
    from->rules.erase(from->rules.begin() + static_cast<std::ptrdiff_t>(at));
    return TableError::none;
  }
  // The first that is like `rule`; with `dry` it is only looked for.
  TableError erase_like(std::string_view chain, Rule rule, bool dry = false) {
    Chain* const from = find(chain);
    if (from == nullptr) return TableError::no_chain;
    if (const TableError error = link(rule); error != TableError::none) return error;
    const auto like = [&](const Rule& each) { return each.chain == rule.chain && each.same(rule); };
    const auto at = std::ranges::find_if(from->rules, like);
    if (at == from->rules.end()) return TableError::no_rule;
    if (!dry) from->rules.erase(at);
    return TableError::none;
  }
  static void flush(Chain& chain) { chain.rules.clear(); }
  static void zero(Chain& chain) {
    chain.counters = {};
    for (Rule& rule : chain.rules) rule.counters = {};
  }
  TableError create(std::string_view name) {
    if (find(name) != nullptr) return TableError::exists;
    auto made = std::make_unique<Chain>();
    made->name = name;
    place(std::move(made));
    return TableError::none;
  }
  TableError remove(std::string_view name) {
    Chain* const chain = find(name);
    if (chain == nullptr) return TableError::no_chain;
    if (chain->builtin) return TableError::builtin;
    if (references(*chain) != 0) return TableError::referenced;
    if (!chain->rules.empty()) return TableError::not_empty;
    std::erase_if(chains_, [&](const auto& each) { return each.get() == chain; });
    return TableError::none;
  }
  TableError rename(std::string_view from, std::string_view to) {
    if (find(to) != nullptr) return TableError::exists;
    const auto at = std::ranges::find(chains_, from, [](const auto& c) -> std::string_view { return c->name; });
    if (at == chains_.end()) return TableError::no_chain;
    if ((*at)->builtin) return TableError::builtin;
    auto chain = std::move(*at);
    chains_.erase(at);
    chain->name = to;
    each_rule([&](Rule& rule) { rule.jump = rule.chain == chain.get() ? chain->name : rule.jump; });
    for (Rule& rule : chain->rules) rule.jump = rule.chain == chain.get() ? chain->name : rule.jump;
    place(std::move(chain));
    return TableError::none;
  }
  TableError set_policy(std::string_view name, StandardVerdict policy) {
    Chain* const chain = find(name);
    if (chain == nullptr || !chain->builtin) return TableError::no_builtin;
    if (policy != StandardVerdict::accept && policy != StandardVerdict::drop) return TableError::bad_policy;
    chain->policy = policy;
    chain->counters = {};
    return TableError::none;
  }

 private:
  TableError link(Rule& rule) {
    rule.chain = nullptr;
    if (rule.jump.empty()) return TableError::none;
    rule.chain = find(rule.jump);
    return rule.chain == nullptr ? TableError::no_chain : TableError::none;
  }
  void place(std::unique_ptr<Chain> chain) {
    const auto user = chains_.begin() + static_cast<std::ptrdiff_t>(builtins_);
    const auto at =
        std::upper_bound(user, chains_.end(), chain, [](const auto& a, const auto& b) { return a->name < b->name; });
    chains_.insert(at, std::move(chain));
  }
  // Does some chain lead to itself? What stands behind an unconditional verdict, or in chains that no packet comes to,
  // is not looked at (kernel: mark_source_chains()). Each rule is looked at once, and nothing recurses: how chains lead
  // to each other is a stranger's doing.
  bool loops() const {
    struct Frame {
      const Chain* chain;
      std::size_t next;
    };
    std::map<const Chain*, bool> on_way;  // false: left again
    std::vector<Frame> way;
    for (const auto& start : chains_) {
      if (!start->builtin) continue;
      way.push_back({start.get(), 0});
      on_way[start.get()] = true;
      while (!way.empty()) {
        const Chain* const chain = way.back().chain;
        const Chain* const to = next_chain(*chain, way.back().next);
        if (to == nullptr) {
          on_way[chain] = false;
          way.pop_back();
          continue;
        }
        const auto [known, fresh] = on_way.try_emplace(to, true);
        if (fresh) {
          way.push_back({to, 0});
        } else if (known->second) {
          return true;
        }
      }
    }
    return false;
  }
  // The next chain that rules from `at` on lead to.
  static const Chain* next_chain(const Chain& chain, std::size_t& at) {
    while (at < chain.rules.size() && !chain.rules[at].unconditional_end()) {
      if (const Chain* const to = chain.rules[at++].chain; to != nullptr) return to;
    }
    return nullptr;
  }

  std::string name_;
  std::size_t builtins_;
  Chains chains_;
};

// Takes a packet through a chain (kernel: ipt_do_table()). The visitor has
//   bool matches(Rule&);                                     conditions, which may count and remember
//   void count(RuleCounters&);                               the packet
//   StandardVerdict apply(Rule&, bool& over);                an extension's target: none goes on; `over` ends the walk
//   void passed(const Chain&, std::size_t number, RuleStep); called before the target, number from 1
// The result is accept, drop or queue, or what apply() said when it ended the walk.
template <class Rule, class Visitor>
StandardVerdict walk_chain(RuleChain<Rule>& start, Visitor& visitor) {
  constexpr std::size_t kDeepest = 64;  // jumps, one inside the other; no tutorial comes near
  // Twenty chains, each jumped to twice by the one before it, are a million rules for one packet, and a few chains more
  // would hold up a real kernel for hours.
  constexpr std::size_t kMostRules = 1 << 20;
  struct Frame {
    RuleChain<Rule>* chain;
    std::size_t next;
  };
  Frame stack[kDeepest];
  std::size_t depth = 0, looked_at = 0;
  RuleChain<Rule>* chain = &start;
  std::size_t at = 0;
  for (;;) {
    bool back = false;
    if (at == chain->rules.size()) {
      if (chain->builtin) break;
      visitor.passed(*chain, at + 1, RuleStep::return_);
      back = true;
    } else {
      if (++looked_at > kMostRules) return StandardVerdict::drop;
      Rule& rule = chain->rules[at++];
      if (!visitor.matches(rule)) {
        if (visitor.hot_drop()) return StandardVerdict::drop;
        continue;
      }
      visitor.count(rule.counters);
      visitor.passed(
          *chain, at,
          rule.unconditional_end() ? (chain->builtin ? RuleStep::policy : RuleStep::return_) : RuleStep::rule);
      if (rule.chain != nullptr) {
        if (!rule.go_to) {
          if (depth == kDeepest) return StandardVerdict::drop;
          stack[depth++] = {chain, at};
        }
        chain = rule.chain;
        at = 0;
        continue;
      }
      if (rule.extended()) {
        bool over = false;
        const StandardVerdict verdict = visitor.apply(rule, over);
        if (over || verdict != StandardVerdict::none) return verdict;
        continue;
      }
      if (rule.verdict == StandardVerdict::return_) {
        back = true;
      } else if (rule.verdict != StandardVerdict::none) {
        return rule.verdict;
      }
    }
    if (!back) continue;
    if (depth == 0) break;
    chain = stack[--depth].chain;
    at = stack[depth].next;
  }
  visitor.count(start.counters);
  visitor.passed(start, start.rules.size() + 1, RuleStep::policy);
  return start.policy;
}

}  // namespace lvs::host
