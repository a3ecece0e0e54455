// SPDX-License-Identifier: GPL-2.0-or-later
// What a line of arptables does, and what it prints (print_firewall() and libarptc).
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/programs/arptables/arptables.h"

namespace lvs::control {
namespace {

using host::ArpRule;
using host::RuleChain;
using host::StandardVerdict;
using host::TableError;

constexpr const char* kOpcodes[] = {"Request",     "Reply",       "Request_Reverse", "Reply_Reverse", "DRARP_Request",
                                    "DRARP_Reply", "DRARP_Error", "InARP_Request",   "ARP_NAK"};

std::string mask_text(std::uint32_t mask) {
  if (mask == 0xffffffffu) return {};
  for (unsigned length = 0; length < 32; ++length) {
    if (base::Ipv4Prefix::mask_of(length) == mask) return fmt::format("/{}", length);
  }
  return "/" + base::Ipv4Addr{mask}.text();
}

std::string mac_text(const ArpRule::Mac& mac) {
  std::string text = mac.value.text();
  if (!mac.mask.is_broadcast()) text += "/" + mac.mask.text();
  return text;
}

// Numbers as people like them: five digits at most (print_num()).
std::string brief(std::uint64_t number) {
  if (number <= 99999) return fmt::format("{} ", number);
  for (const char unit : {'K', 'M', 'G'}) {
    number = (number + 500) / 1000;
    if (number <= 9999) return fmt::format("{}{} ", number, unit);
  }
  return fmt::format("{}T ", (number + 500) / 1000);
}

std::string mangle_text(const ArpRule::Mangle& mangle) {
  std::string text;
  if (mangle.sender_ip) text += "--mangle-ip-s " + mangle.sender_ip->text() + " ";
  if (mangle.sender_mac) text += "--mangle-mac-s " + mangle.sender_mac->text() + " ";
  if (mangle.target_ip) text += "--mangle-ip-d " + mangle.target_ip->text() + " ";
  if (mangle.target_mac) text += "--mangle-mac-d " + mangle.target_mac->text() + " ";
  if (mangle.then == StandardVerdict::drop) text += "--mangle-target DROP ";
  if (mangle.then == StandardVerdict::none) text += "--mangle-target CONTINUE ";
  return text;
}

std::string header(const host::RuleTable<ArpRule>& table, const RuleChain<ArpRule>& chain, bool counters) {
  if (!chain.builtin) return fmt::format("Chain {} ({} references)\n", chain.name, table.references(chain));
  std::string text = fmt::format("Chain {} (policy {}", chain.name, name_of(chain.policy));
  if (counters) {
    text += " " + brief(chain.counters.packets) + "packets, " + brief(chain.counters.bytes) + "bytes";
  }
  return text + ")\n";
}

bool list(host::RuleTable<ArpRule>& table, Io& io, const ArpTablesLine& line) {
  bool found = false;
  for (const auto& chain : table.chains()) {
    if (line.chain && chain->name != *line.chain) continue;
    if (found) io.print("\n");
    found = true;
    io.print(header(table, *chain, line.verbose));
    std::size_t number = 0;
    for (const ArpRule& rule : chain->rules) {
      ++number;
      if (line.line_numbers) io.print(fmt::format("{} ", number));
      io.print(arptables_text(rule, line, line.verbose) + "\n");
    }
  }
  return found;
}

// The chain that is named, or every one; false when there is none of that name.
template <class Use>
bool each_chain(host::RuleTable<ArpRule>& table, const ArpTablesLine& line, Use use) {
  if (!line.chain) {
    for (const auto& chain : table.chains()) use(*chain);
    return true;
  }
  RuleChain<ArpRule>* chain = table.find(*line.chain);
  if (chain == nullptr) return false;
  use(*chain);
  return true;
}

TableError remove_chains(host::RuleTable<ArpRule>& table, const ArpTablesLine& line) {
  if (line.chain) return table.remove(*line.chain);
  std::vector<std::string> names;
  for (const auto& chain : table.chains()) {
    if (!chain->builtin) names.push_back(chain->name);
  }
  TableError result = TableError::none;
  for (const std::string& name : names) {
    if (const TableError error = table.remove(name); error != TableError::none) result = error;
  }
  return result;
}

std::string_view error_text(TableError error, char command) {
  switch (error) {
    case TableError::none: break;
    case TableError::no_chain: return "No chain/target/match by that name";
    case TableError::no_rule: return "Bad rule (does a matching rule exist in that chain?)";
    case TableError::too_big:
      return command == 'I' ? "Index of insertion too big"
                            : (command == 'R' ? "Index of replacement too big" : "Index of deletion too big");
    case TableError::exists: return command == 'N' ? "Chain already exists" : "File exists";
    case TableError::not_empty: return "Chain is not empty";
    case TableError::referenced: return "Can't delete chain with references left";
    case TableError::builtin: return command == 'X' ? "Can't delete built-in chain" : "Invalid argument";
    case TableError::no_builtin: return "Bad built-in chain name";
    case TableError::bad_policy: return "Bad policy name";
    case TableError::invalid: return "Invalid argument";
    case TableError::loop: return "Too many levels of symbolic links";
  }
  return "";
}

std::optional<StandardVerdict> policy_of(std::string_view name) {
  if (name == "ACCEPT") return StandardVerdict::accept;
  if (name == "DROP") return StandardVerdict::drop;
  return std::nullopt;
}

TableError edit(host::RuleTable<ArpRule>& table, const ArpTablesLine& line, const ArpRule& rule) {
  const std::string& chain = *line.chain;
  // The kernel refuses a mangle that changes nothing, when the table is put in.
  if (rule.mangle && !rule.mangle->sender_ip && !rule.mangle->target_ip && !rule.mangle->sender_mac &&
      !rule.mangle->target_mac && line.command != 'D' && table.find(chain) != nullptr) {
    return TableError::invalid;
  }
  switch (line.command) {
    case 'A': return table.append(chain, rule);
    case 'I': return table.insert(chain, line.number - 1, rule);
    case 'R': return table.replace(chain, line.number - 1, rule);
    default: return table.erase_like(chain, rule);
  }
}

TableError act(host::RuleTable<ArpRule>& table, Io& io, const ArpTablesLine& line, const ArpRule& rule) {
  const auto told = [&](std::string_view what) {
    return [&table, &io, &line, what](RuleChain<ArpRule>& chain) {
      if (line.verbose) io.print(fmt::format("{} chain `{}'\n", what, chain.name));
      what == "Flushing" ? table.flush(chain) : table.zero(chain);
    };
  };
  switch (line.command) {
    case 'd': return table.erase(*line.chain, line.number - 1);
    case 'L': return list(table, io, line) ? TableError::none : TableError::no_chain;
    case 'F': return each_chain(table, line, told("Flushing")) ? TableError::none : TableError::no_chain;
    case 'Z': return each_chain(table, line, told("Zeroing")) ? TableError::none : TableError::no_chain;
    case 'Q':
      if (!list(table, io, line)) return TableError::no_chain;
      return each_chain(table, line, told("Zeroing")) ? TableError::none : TableError::no_chain;
    case 'N': return table.create(*line.chain);
    case 'X': return remove_chains(table, line);
    case 'E': return table.rename(*line.chain, line.operand);
    case 'P': {
      const auto policy = policy_of(line.operand);
      const TableError error = table.set_policy(*line.chain, policy.value_or(StandardVerdict::queue));
      return error;
    }
    default: return edit(table, line, rule);
  }
}

}  // namespace

std::string arptables_text(const ArpRule& rule, const ArpTablesLine& line, bool counters) {
  std::string text;
  const auto mark = [](bool invert) { return invert ? "! " : ""; };
  const std::string_view target = rule.mangle         ? std::string_view("mangle")
                                  : rule.jump.empty() ? name_of(rule.verdict)
                                                      : std::string_view(rule.jump);
  if (!target.empty()) text += fmt::format("-j {} ", target);
  const std::string_view any = line.numeric || !counters ? "*" : "any";
  const auto interface = [&](const std::string& name, bool invert, char letter) {
    if (name.empty() && !line.verbose) return;
    text += fmt::format("{}-{} {} ", mark(invert), letter, name.empty() ? any : std::string_view(name));
  };
  interface(rule.in, rule.in_invert, 'i');
  interface(rule.out, rule.out_invert, 'o');
  const auto address = [&](const ArpRule::Field<std::uint32_t>& field, char letter) {
    if (field.mask == 0) return;
    text += fmt::format("{}-{} {}{} ", mark(field.invert), letter, base::Ipv4Addr{field.value}.text(),
                        mask_text(field.mask));
  };
  const auto hardware = [&](const ArpRule::Mac& field, std::string_view name) {
    if (!field.mask.is_zero()) text += fmt::format("{}--{} {} ", mark(field.invert), name, mac_text(field));
  };
  address(rule.sender_ip, 's');
  hardware(rule.sender_mac, "src-mac");
  address(rule.target_ip, 'd');
  hardware(rule.target_mac, "dst-mac");
  const bool names = !line.numeric && counters == line.verbose;
  if (const auto& f = rule.hardware_length; f.mask != 0) {
    text += fmt::format("{}--h-length {}", mark(f.invert), f.value);
    text += f.mask != 255 ? fmt::format("/{} ", f.mask) : " ";
  }
  if (const auto& f = rule.opcode; f.mask != 0) {
    text += names && f.value >= 1 && f.value <= std::size(kOpcodes)
                ? fmt::format("{}--opcode {}", mark(f.invert), kOpcodes[f.value - 1])
                : fmt::format("{}--opcode {}", mark(f.invert), f.value);
    text += f.mask != 65535 ? fmt::format("/{} ", f.mask) : " ";
  }
  if (const auto& f = rule.hardware_type; f.mask != 0) {
    text += f.value == 1 && names ? fmt::format("{}--h-type Ethernet", mark(f.invert))
                                  : fmt::format("{}--h-type {}", mark(f.invert), f.value);
    text += f.mask != 65535 ? fmt::format("/{} ", f.mask) : " ";
  }
  if (const auto& f = rule.protocol_type; f.mask != 0) {
    text += f.value == 0x800 && names ? fmt::format("{}--proto-type IPv4", mark(f.invert))
                                      : fmt::format("{}--proto-type 0x{:x}", mark(f.invert), f.value);
    text += f.mask != 65535 ? fmt::format("/{:x} ", f.mask) : " ";
  }
  if (rule.mangle) text += mangle_text(*rule.mangle);
  if (counters) {
    text += ", pcnt=" + brief(rule.counters.packets) + "-- bcnt=" + brief(rule.counters.bytes);
  }
  return text;
}

int run_arptables(Machine& machine, Io& io, const ArpTablesLine& line) {
  host::RuleTable<ArpRule>& table = machine.host().tables.arptables().table();
  io.print(line.notes);
  ArpRule rule = line.rule;
  if (std::string_view("ADIR").find(line.command) != std::string_view::npos) {
    const bool is_chain = !line.target.empty() && table.find(line.target) != nullptr;
    if (is_chain && line.named_target) {
      io.print(fmt::format("Warning: using chain {}, not extension\n", line.target));
    }
    if (is_chain) {
      rule.jump = line.target;
      rule.verdict = StandardVerdict::none;
      rule.mangle.reset();
    } else if (!line.named_target && !line.target.empty()) {
      io.complain(
          fmt::format("arptables v0.0.5: Couldn't find target `{}'\n\nTry `arptables -h' or 'arptables --help' for "
                      "more information.\n",
                      line.target));
      return 2;
    }
    if (line.verbose) io.print(arptables_text(rule, line, false) + "\n");
  }
  const TableError error = act(table, io, line, rule);
  if (error == TableError::none) return 0;
  const bool looked = error == TableError::no_chain && std::string_view("LQZ").find(line.command) != std::string::npos;
  io.complain(fmt::format("arptables: {}\n",
                          looked ? "Table does not exist (do you need to insmod?)" : error_text(error, line.command)));
  return 1;
}

}  // namespace lvs::control
