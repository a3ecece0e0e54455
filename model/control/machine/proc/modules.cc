// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc/modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <variant>

#include "control/machine/kept.h"
#include "control/machine/proc/module-options.h"
#include "control/machine/proc/module-table.h"
#include "host/netfilter/ipset.h"

namespace lvs::control {
namespace {

namespace xt = host::xt;

const KernelModule* module_named(std::string_view name) {
  const auto found = std::ranges::find(kKernelModules, name, &KernelModule::name);
  return found == kKernelModules.end() ? nullptr : &*found;
}

template <class... Each>
struct ByType : Each... {
  using Each::operator()...;
};

std::string_view module_of(const xt::Match& match) {
  return std::visit(ByType{[](const xt::Tcp&) { return "xt_tcpudp"; },
                           [](const xt::Udp&) { return "xt_tcpudp"; },
                           [](const xt::Conntrack& each) { return each.alias ? "xt_state" : "xt_conntrack"; },
                           [](const xt::Mark&) { return "xt_mark"; },
                           [](const xt::Connmark&) { return "xt_connmark"; },
                           [](const xt::Addrtype&) { return "xt_addrtype"; },
                           [](const xt::Multiport&) { return "xt_multiport"; },
                           [](const xt::Ttl&) { return "xt_hl"; },
                           [](const xt::Comment&) { return "xt_comment"; },
                           [](const xt::Limit&) { return "xt_limit"; },
                           [](const xt::Mac&) { return "xt_mac"; },
                           [](const xt::Ipvs&) { return "xt_ipvs"; },
                           [](const xt::Sctp&) { return "xt_sctp"; },
                           [](const xt::Statistic&) { return "xt_statistic"; },
                           [](const xt::Set&) { return "xt_set"; },
                           [](const xt::Tos&) { return "xt_dscp"; },
                           [](const xt::Dscp&) { return "xt_dscp"; },
                           [](const xt::IpRange&) { return "xt_iprange"; },
                           [](const xt::Length&) { return "xt_length"; },
                           [](const xt::PktType&) { return "xt_pkttype"; },
                           [](const auto&) { return ""; }},
                    match);
}

std::string_view module_of(const xt::Target& target) {
  return std::visit(
      ByType{[](const xt::Reject&) { return "ipt_REJECT"; }, [](const xt::Log&) { return "xt_LOG"; },
             [](const xt::SetMark&) { return "xt_mark"; }, [](const xt::SetConnmark&) { return "xt_connmark"; },
             [](const xt::Nat& nat) {
               return nat.kind == xt::Nat::Kind::masquerade ? "xt_MASQUERADE"
                      : nat.kind == xt::Nat::Kind::redirect ? "xt_REDIRECT"
                                                            : "xt_nat";
             },
             [](const xt::Notrack&) { return "xt_CT"; }, [](const xt::Trace&) { return "xt_TRACE"; },
             [](const xt::SetTos&) { return "xt_DSCP"; }, [](const xt::SetDscp&) { return "xt_DSCP"; },
             [](const xt::SetTtl&) { return "xt_HL"; }, [](const xt::TcpMss&) { return "xt_TCPMSS"; },
             [](const auto&) { return ""; }},
      target);
}

// What the state of the machine keeps in memory: a module, and how often.
using Users = std::map<std::string, unsigned, std::less<>>;

void count_services(Machine& machine, Users& users) {
  for (const ipvs::VirtualService* service : machine.ipvs().services()) {
    ++users["ip_vs"];
    if (service->scheduler_name() != "none") ++users[fmt::format("ip_vs_{}", service->scheduler_name())];
  }
}

void count_rules(Machine& machine, Users& users) {
  const host::Conntrack* const tracker = machine.host().tables.known_conntrack();
  if (tracker == nullptr) return;
  if (tracker->at_work()) ++users["nf_conntrack"];
  host::IpTables& tables = machine.host().tables.iptables();
  for (const host::IpTables::Kind kind : tables.made()) {
    ++users[fmt::format("iptable_{}", host::IpTables::name_of(kind))];
    tables.known(kind)->each_rule([&](const host::IpRule& rule) {
      for (const xt::Match& match : rule.matches)
        if (const std::string_view name = module_of(match); !name.empty()) ++users[std::string(name)];
      if (const std::string_view name = module_of(rule.target); !name.empty()) ++users[std::string(name)];
    });
  }
}

void count_links(Machine& machine, Users& users) {
  for (const auto& dev : machine.host().devices()) {
    if (dev->kind() == host::DeviceKind::ipip) users["ipip"] = 0;
    if (dev->link == nullptr) continue;
    const std::string_view type = dev->link->type();
    users[std::string(type == "vlan" ? "8021q" : type == "bond" ? "bonding" : type)] = 0;
  }
  for (const auto& set : machine.host().tables.ipsets().all()) {
    std::string name = fmt::format("ip_set_{}", set->type->name);
    std::ranges::replace(name, ':', '_');
    std::erase(name, ',');
    ++users[name];
  }
}

std::vector<std::string_view> needs_of(const KernelModule& module) {
  std::vector<std::string_view> result;
  std::string_view rest = module.needs;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    result.push_back(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return result;
}

}  // namespace

std::set<std::string> asked_modules(Machine& machine) {
  std::istringstream text(kept(machine, "modules"));
  return {std::istream_iterator<std::string>(text), {}};
}

void ask_modules(Machine& machine, const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  keep(machine, "modules", std::move(text));
}

std::vector<ModuleInUse> modules_in_use(Machine& machine) {
  Users users;
  count_services(machine, users);
  count_rules(machine, users);
  count_links(machine, users);
  for (const std::string& name : asked_modules(machine)) users.try_emplace(name, 0);
  // Each behind what it needs.
  std::vector<const KernelModule*> order;
  const std::function<void(std::string_view)> load = [&](std::string_view name) {
    const KernelModule* const module = module_named(name);
    if (module == nullptr || std::ranges::find(order, module) != order.end()) return;
    for (const std::string_view each : needs_of(*module)) load(each);
    order.push_back(module);
  };
  for (const auto& [name, count] : users) load(name);
  std::vector<ModuleInUse> result;
  for (const KernelModule* module : order) {
    ModuleInUse entry{std::string(module->name), module->size, 0, {}};
    if (const auto count = users.find(module->name); count != users.end()) entry.users = count->second;
    for (const KernelModule* other : order) {
      const auto needs = needs_of(*other);
      if (std::ranges::find(needs, module->name) == needs.end()) continue;
      entry.holders.insert(entry.holders.begin(), std::string(other->name));
      ++entry.users;
    }
    result.push_back(std::move(entry));
  }
  std::ranges::reverse(result);
  return result;
}

const ModuleInUse* find_module(const std::vector<ModuleInUse>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &ModuleInUse::name);
  return found == all.end() ? nullptr : &*found;
}

void remove_module(Machine& machine, const std::string& name) {
  auto asked = asked_modules(machine);
  for (ModuleInUse& each : modules_in_use(machine)) asked.insert(std::move(each.name));
  asked.erase(name);
  ask_modules(machine, asked);
  if (name == "ip_vs") forget_ip_vs(machine);
}

void unload_module(Machine& machine, const std::string& name) {
  auto asked = asked_modules(machine);
  asked.erase(name);
  ask_modules(machine, asked);
  if (name == "ip_vs") forget_ip_vs(machine);
  const KernelModule* const module = module_named(name);
  if (module == nullptr) return;
  for (const std::string_view need : needs_of(*module)) {
    const auto all = modules_in_use(machine);
    const ModuleInUse* const found = find_module(all, need);
    if (found != nullptr && found->users == 0 && asked.contains(found->name)) unload_module(machine, found->name);
  }
}

namespace {

// Kernel: m_show().
std::string proc_modules(Machine& machine) {
  std::string text;
  for (const ModuleInUse& each : modules_in_use(machine)) {
    std::string holders;
    for (const std::string& name : each.holders) holders += name + ",";
    text += fmt::format("{} {} {} {} Live 0x0000000000000000\n", each.name, each.size, each.users,
                        holders.empty() ? "-" : holders);
  }
  return text;
}

constexpr std::string_view kProcModules = "/proc/modules", kBits = "/sys/module/ip_vs/parameters/conn_tab_bits";

}  // namespace

bool is_module_file(std::string_view path) { return path == kProcModules || path == kBits; }

Files::Content read_module_file(Machine& machine, std::string_view path) {
  if (path == kProcModules) return {FileError::none, proc_modules(machine)};
  const auto all = modules_in_use(machine);
  if (find_module(all, "ip_vs") == nullptr) return {FileError::no_entry, {}};
  return {FileError::none, fmt::format("{}\n", std::countr_zero(ip_vs_table_size(machine)))};
}

}  // namespace lvs::control
