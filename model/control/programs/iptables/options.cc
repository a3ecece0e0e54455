// SPDX-License-Identifier: GPL-2.0-or-later
// The options of iptables itself, and which of them go together.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/values.h"

namespace lvs::control {

namespace {
using Argument = LongOption::Argument;
}

const std::vector<LongOption>& iptables_options() {
  static const std::vector<LongOption> options{{"append", Argument::required, 'A'},
                                               {"delete", Argument::required, 'D'},
                                               {"check", Argument::required, 'C'},
                                               {"insert", Argument::required, 'I'},
                                               {"replace", Argument::required, 'R'},
                                               {"list", Argument::optional, 'L'},
                                               {"list-rules", Argument::optional, 'S'},
                                               {"flush", Argument::optional, 'F'},
                                               {"zero", Argument::optional, 'Z'},
                                               {"new-chain", Argument::required, 'N'},
                                               {"delete-chain", Argument::optional, 'X'},
                                               {"rename-chain", Argument::required, 'E'},
                                               {"policy", Argument::required, 'P'},
                                               {"source", Argument::required, 's'},
                                               {"destination", Argument::required, 'd'},
                                               {"src", Argument::required, 's'},
                                               {"dst", Argument::required, 'd'},
                                               {"protocol", Argument::required, 'p'},
                                               {"in-interface", Argument::required, 'i'},
                                               {"jump", Argument::required, 'j'},
                                               {"table", Argument::required, 't'},
                                               {"match", Argument::required, 'm'},
                                               {"numeric", Argument::none, 'n'},
                                               {"out-interface", Argument::required, 'o'},
                                               {"verbose", Argument::none, 'v'},
                                               {"wait", Argument::optional, 'w'},
                                               {"wait-interval", Argument::optional, 'W'},
                                               {"exact", Argument::none, 'x'},
                                               {"fragments", Argument::none, 'f'},
                                               {"version", Argument::none, 'V'},
                                               {"help", Argument::optional, 'h'},
                                               {"line-numbers", Argument::none, '0'},
                                               {"modprobe", Argument::required, 'M'},
                                               {"set-counters", Argument::required, 'c'},
                                               {"goto", Argument::required, 'g'},
                                               {"ipv4", Argument::none, '4'},
                                               {"ipv6", Argument::none, '6'}};
  return options;
}

IpTablesEnd iptables_problem(std::string_view text) {
  return {fmt::format("iptables v1.8.9 (legacy): {}\nTry `iptables -h' or 'iptables --help' for more information.\n",
                      text)};
}

// As commands_v_options[].
char iptables_illegal_option(char command, std::string_view seen) {
  std::string_view legal = "v";
  switch (command) {
    case 'A':
    case 'I':
    case 'R': legal = "sdpjviocf"; break;
    case 'D':
    case 'C': legal = "sdpjviof"; break;
    case 'L': legal = "nvx0"; break;
    case 'P': legal = "vc"; break;
    default: break;
  }
  for (const char letter : std::string_view("nsdpjvxio0cf")) {
    if (seen.find(letter) != std::string_view::npos && legal.find(letter) == std::string_view::npos) return letter;
  }
  return 0;
}

bool is_iptables_target(std::string_view name) {
  return name == "ACCEPT" || name == "DROP" || name == "QUEUE" || name == "RETURN" || name.empty() ||
         target_words(name) != nullptr || is_unmodelled_target(name);
}

std::optional<IpTablesEnd> iptables_chain_name(const std::string& name) {
  if (name.size() >= 29) {
    return iptables_problem(fmt::format("chain name `{}' too long (must be under 29 chars)", name));
  }
  if (name.starts_with('-') || name.starts_with('!')) {
    return iptables_problem(fmt::format("chain name not allowed to start with `{}'", name[0]));
  }
  if (is_iptables_target(name)) return iptables_problem("chain name may not clash with target name");
  if (std::ranges::any_of(name, [](unsigned char c) { return std::isspace(c) != 0; })) {
    return iptables_problem(fmt::format("Invalid chain name `{}'", name));
  }
  return std::nullopt;
}

std::optional<IpTablesEnd> iptables_misplaced(const std::string& chain, std::string_view seen) {
  const bool input = chain == "PREROUTING" || chain == "INPUT";
  const bool output = chain == "POSTROUTING" || chain == "OUTPUT";
  if (input && seen.find('o') != std::string_view::npos) {
    return iptables_problem(fmt::format("Can't use -o with {}\n", chain));
  }
  if (output && seen.find('i') != std::string_view::npos) {
    return iptables_problem(fmt::format("Can't use -i with {}\n", chain));
  }
  return std::nullopt;
}

std::optional<IpTablesEnd> check_options(const ExtensionWords& words, std::uint32_t seen) {
  for (const ExtensionOption& each : words.options) {
    const bool there = (seen >> each.id & 1) != 0;
    if (!there && each.mandatory)
      return iptables_problem(fmt::format("{}: option \"--{}\" must be specified\n", words.name, each.name));
    if (!there) continue;
    for (const ExtensionOption& another : words.options) {
      if ((each.needs & 1u << another.id) != 0 && (seen >> another.id & 1) == 0) {
        return iptables_problem(
            fmt::format("{}: option \"--{}\" also requires \"--{}\".\n", words.name, each.name, another.name));
      }
      if (another.id == each.id || (seen & each.excludes & 1u << another.id) == 0) continue;
      return iptables_problem(fmt::format("{}: option \"--{}\" cannot be used together with \"--{}\".\n", words.name,
                                          each.name, another.name));
    }
  }
  return std::nullopt;
}

std::optional<IpTablesEnd> iptables_addresses(const std::string& text, std::vector<IpTablesLine::Address>& list) {
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    IpTablesLine::Address address;
    if (const auto bad = parse_host_mask(std::string(rest.substr(0, comma)), address.addr, address.mask)) {
      return iptables_problem(*bad);
    }
    list.push_back(address);
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace lvs::control
