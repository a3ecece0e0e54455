// SPDX-License-Identifier: GPL-2.0-or-later
// What rules of iptables have done: dropped packets, and marks that nothing sets.
#include <fmt/format.h>

#include "base/numbers.h"
#include "control/lab/diagnose/record.h"
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

void mark_unset(const View& view, Findings& findings) {
  for (const auto& [director, service, flow] : view.taken()) {
    findings.about(flow);
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
                 typed(fmt::format("iptables -t mangle -A PREROUTING -d {} -p tcp --dport PORT -j MARK --set-mark {}",
                                   flow.dst.text(), wanted)));
  }
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':')) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::string decision_text(host::Host& host, std::string_view decision) {
  const auto parts = parts_of(decision);  // "filter:INPUT:rule:1"
  if (parts.size() != 4) return std::string(decision);
  for (const IpTables::Kind kind : kKinds) {
    const IpTables::Table* const table = host.tables.iptables().known(kind);
    if (table == nullptr || table->name() != parts[0]) continue;
    const auto* const chain = table->find(parts[1]);
    const auto number = base::number<std::size_t>(parts[3]);
    if (chain == nullptr || !number) continue;
    const std::string command = table->name() == "filter" ? "iptables" : "iptables -t " + table->name();
    if (parts[2] == "policy") return fmt::format("{} -P {} DROP", command, chain->name);
    if (*number >= 1 && *number <= chain->rules.size())
      return command + " " + rule_words_text(chain->rules[*number - 1], chain->name, SavedCounters::none);
  }
  return std::string(decision);
}

const std::vector<Rule> kFinalRules = {
    {{"fwmark-unset", "a service of a firewall mark, and no rule that sets the mark for what the client sends"},
     mark_unset},
};

}  // namespace lvs::control::diagnosis
