// SPDX-License-Identifier: GPL-2.0-or-later
// What rules of iptables have done by the end of a lab: dropped packets, and marks that nothing sets.
#include <fmt/format.h>

#include "control/lab/diagnose/view.h"
#include "control/programs/iptables/iptables.h"
#include "host/netfilter/iptables.h"

namespace lvs::control::diagnosis {
namespace {

using host::IpRule;
using host::IpTables;
namespace xt = host::xt;

constexpr auto kKinds = {IpTables::Kind::raw, IpTables::Kind::mangle, IpTables::Kind::nat, IpTables::Kind::filter};

// Calls `use` with each table of the host that somebody has asked for.
template <class Use>
void each_table(const View& view, std::size_t host, Use use) {
  IpTables& tables = view.host(host).tables.iptables();
  for (const IpTables::Kind kind : kKinds)
    if (const IpTables::Table* table = tables.known(kind)) use(*table);
}

std::string option_of(const IpTables::Table& table) {
  return table.name() == "filter" ? std::string() : fmt::format(" -t {}", table.name());
}

void drops(const View& view, Findings& findings) {
  if (view.taken().empty()) return;
  for (std::size_t h = 0; h < view.hosts(); ++h) {
    each_table(view, h, [&](const IpTables::Table& table) {
      for (const auto& chain : table.chains()) {
        const auto packets = [](std::uint64_t n) { return fmt::format("{} packet{}", n, n == 1 ? "" : "s"); };
        if (chain->builtin && chain->policy == host::StandardVerdict::drop && chain->counters.packets > 0) {
          findings.add("iptables-drops", view.name(h), table.name() + " " + chain->name,
                       fmt::format("the policy of chain {} (table {}) is DROP and has dropped {}", chain->name,
                                   table.name(), packets(chain->counters.packets)),
                       fmt::format("a rule that accepts what the lab needs, or iptables{} -P {} ACCEPT",
                                   option_of(table), chain->name));
        }
        for (const IpRule& rule : chain->rules) {
          const bool rejects = std::holds_alternative<xt::Reject>(rule.target);
          if ((rule.verdict != host::StandardVerdict::drop && !rejects) || rule.counters.packets == 0) continue;
          const std::string words = rule_words_text(rule, chain->name, SavedCounters::none);
          const std::string cure = fmt::format("iptables{} -D{}", option_of(table), words.substr(2));
          findings.add("iptables-drops", view.name(h), table.name() + " " + words,
                       fmt::format("the rule \"{}\" (table {}) has {} {}", words, table.name(),
                                   rejects ? "rejected" : "dropped", packets(rule.counters.packets)),
                       cure);
        }
      }
    });
  }
}

void mark_unset(const View& view, Findings& findings) {
  for (const auto& [director, service, flow] : view.taken()) {
    const std::uint32_t wanted = service.key.fwmark;
    if (wanted == 0) continue;
    bool may = false, matched = false;
    std::string others;
    each_table(view, director, [&](const IpTables::Table& table) {
      table.each_rule([&](const IpRule& rule) {
        if (std::holds_alternative<xt::SetConnmark>(rule.target)) may = matched = true;  // restores whatever was saved
        const auto* mark = std::get_if<xt::SetMark>(&rule.target);
        if (mark == nullptr) return;
        if (mark->value == wanted) {
          may = true;
          matched = matched || rule.counters.packets > 0;
        } else {
          others += fmt::format("{}{}", others.empty() ? "" : ", ", mark->value);
        }
      });
    });
    if (matched) continue;
    const std::string what =
        may ? fmt::format("no packet has matched the rules of iptables that set mark {}", wanted)
            : fmt::format("no rule of iptables sets mark {}{}", wanted,
                          others.empty() ? std::string() : fmt::format(" (there are rules that set {})", others));
    findings.add("fwmark-unset", view.name(director), text_of(service.key),
                 fmt::format("{}, so no packet comes to service {}: {} talks to the director itself", what,
                             text_of(service.key), view.name(flow.host)),
                 fmt::format("iptables -t mangle -A PREROUTING -d {} -p tcp --dport PORT -j MARK --set-mark {}",
                             flow.dst.text(), wanted));
  }
}

}  // namespace

const std::vector<Rule> kFinalRules = {
    {{"iptables-drops", "a rule or policy of iptables has dropped packets"}, drops},
    {{"fwmark-unset", "a service of a firewall mark, and no rule that sets the mark for what the client sends"},
     mark_unset},
};

}  // namespace lvs::control::diagnosis
