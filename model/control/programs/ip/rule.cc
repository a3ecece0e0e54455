// SPDX-License-Identifier: GPL-2.0-or-later
// ip rule: add, delete, show, flush (iproute2 6.1 ip/iprule.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/route.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::FibRule;
using host::RouteType;

constexpr std::string_view kKnown =
    "from to fwmark tos iif oif table lookup priority pref, actions blackhole unreachable prohibit";

struct RuleWords {
  FibRule rule;
  bool table_given = false;
  bool action_given = false;
  bool preference_given = false;
  bool empty = true;
};

// "default" for prefixes of length 0, as the kernel prints rules.
std::string prefix_text(const base::Ipv4Prefix& prefix) {
  return prefix.length == 32 ? prefix.addr.text() : fmt::format("{}/{}", prefix.addr.text(), prefix.length);
}

std::string interface_text(host::Host& host, const std::string& name) {
  return host.device(name) == nullptr ? name + " [detached]" : name;
}

std::string rule_line(host::Host& host, const FibRule& rule) {
  std::string line =
      fmt::format("{}:\tfrom {}", rule.preference, rule.from.length == 0 ? "all" : prefix_text(rule.from));
  if (rule.to.length != 0) line += fmt::format(" to {}", prefix_text(rule.to));
  if (rule.tos != 0) line += fmt::format(" tos {:#04x}", rule.tos);
  if (rule.mark) {
    line += fmt::format(" fwmark {:#x}", *rule.mark);
    if (rule.mark_mask != 0xffffffff) line += fmt::format("/{:#x}", rule.mark_mask);
  }
  if (!rule.iif.empty()) line += " iif " + interface_text(host, rule.iif);
  if (!rule.oif.empty()) line += " oif " + interface_text(host, rule.oif);
  if (rule.action == RouteType::unicast) return line + " lookup " + text_of_table(rule.table);
  return line + " " + std::string(text_of(rule.action));
}

// "MARK" or "MARK/MASK"; what ip says of another.
std::optional<CommandPtr> take_mark(const std::string& text, FibRule& rule) {
  const std::size_t slash = text.find('/');
  const auto mark = base::c_number(std::string_view(text).substr(0, slash), 0xffffffff);
  const auto mask = slash == std::string::npos ? std::optional<std::uint64_t>(0xffffffff)
                                               : base::c_number(std::string_view(text).substr(slash + 1), 0xffffffff);
  if (!mark) return invalid_argument(text, "fwmark value is invalid\n");
  if (!mask) return invalid_argument(text.substr(slash + 1), "fwmask value is invalid\n");
  rule.mark = static_cast<std::uint32_t>(*mark);
  rule.mark_mask = static_cast<std::uint32_t>(*mask);
  return std::nullopt;
}

// A selector with its value; what ip says of a wrong one.
std::optional<CommandPtr> take_selector(const std::string& word, const std::string& text, RuleWords& words) {
  FibRule& rule = words.rule;
  if (word == "fwmark") return take_mark(text, rule);
  if (word == "from" || word == "to") {
    const auto prefix = iproute_prefix(text);
    if (!prefix) return bad_prefix(text);
    (word == "from" ? rule.from : rule.to) = *prefix;
  } else if (word == "tos" || word == "dsfield") {
    const auto tos = base::c_number(text.starts_with("0x") ? text : "0x" + text, 255);
    if (!tos) return invalid_argument(text, "TOS value is invalid\n");
    rule.tos = static_cast<std::uint8_t>(*tos);
  } else if (word == "iif" || word == "dev") {
    rule.iif = text;
  } else if (word == "oif") {
    rule.oif = text;
  } else if (word == "table" || word == "lookup") {
    const auto table = table_of(text);
    if (!table) return invalid_argument(text, "invalid table ID\n");
    rule.table = *table;
    words.table_given = true;
  } else {
    const auto preference = base::c_number(text, 0xffffffff);
    if (!preference) return invalid_argument(text, "preference value is invalid\n");
    rule.preference = static_cast<std::uint32_t>(*preference);
    words.preference_given = true;
  }
  return std::nullopt;
}

// Parses the selectors of add, delete and show; sets `refused` when ip would refuse.
std::optional<SyntaxError> parse_words(Args& args, RuleWords& words, std::optional<CommandPtr>& refused) {
  static constexpr auto kKeys =
      std::to_array<std::string_view>({"from", "to", "fwmark", "tos", "dsfield", "iif", "dev", "oif", "table", "lookup",
                                       "priority", "preference", "pref", "prio", "order"});
  while (!args.empty() && !refused) {
    const std::string word = args.take();
    words.empty = false;
    if (word == "blackhole" || word == "unreachable" || word == "prohibit") {
      words.rule.action = *route_type_of(word);
      words.action_given = true;
      continue;
    }
    if (std::ranges::find(kKeys, word) == kKeys.end()) return args.unknown("not modelled here", std::string(kKnown));
    if (args.empty()) {
      refused = incomplete();
      break;
    }
    const std::string& text = args.take();
    if (looks_like_ipv6(text)) return args.unknown("IPv6 is not modelled");
    refused = take_selector(word, text, words);
  }
  return std::nullopt;
}

bool same_rule(const FibRule& a, const FibRule& b) {
  return a.preference == b.preference && a.from == b.from && a.to == b.to && a.iif == b.iif && a.oif == b.oif &&
         a.mark == b.mark && (!a.mark || a.mark_mask == b.mark_mask) && a.tos == b.tos && a.action == b.action &&
         (a.action != RouteType::unicast || a.table == b.table);
}

int add(Machine& machine, Io& io, const RuleWords& words) {
  host::Fib& fib = machine.host().fib;
  FibRule rule = words.rule;
  // Kernel: rule_exists() compares preferences only when one is given, so without one nothing is there twice.
  if (words.preference_given &&
      std::ranges::any_of(fib.rules(), [&](const FibRule& other) { return same_rule(rule, other); })) {
    return rtnetlink_error(io, "File exists");
  }
  fib.add_rule(std::move(rule));
  return 0;
}

int remove(Machine& machine, Io& io, const RuleWords& words) {
  FibRule pattern = words.rule;
  if (!words.table_given) pattern.table = 0;
  if (!words.action_given && !words.table_given) pattern.action = RouteType::none;
  return machine.host().fib.remove_rule(pattern) ? 0 : rtnetlink_error(io, "No such file or directory");
}

int show(Machine& machine, Io& io, const RuleWords& words) {
  const FibRule& wanted = words.rule;
  for (const FibRule& rule : machine.host().fib.rules()) {
    if (words.preference_given && rule.preference != wanted.preference) continue;
    if (words.table_given && (rule.action != RouteType::unicast || rule.table != wanted.table)) continue;
    if (wanted.from.length != 0 && rule.from != wanted.from) continue;
    if (wanted.to.length != 0 && rule.to != wanted.to) continue;
    if (wanted.mark && rule.mark != wanted.mark) continue;
    if (!wanted.iif.empty() && rule.iif != wanted.iif) continue;
    if (!wanted.oif.empty() && rule.oif != wanted.oif) continue;
    if (wanted.tos != 0 && rule.tos != wanted.tos) continue;
    io.print(rule_line(machine.host(), rule) + "\n");
  }
  return 0;
}

int flush(Machine& machine, Io&) {
  host::Fib& fib = machine.host().fib;
  const std::vector<FibRule> rules = fib.rules();
  for (const FibRule& rule : rules) {
    if (rule.preference != 0) fib.remove_rule(rule);
  }
  return 0;
}

}  // namespace

CommandResultOrError parse_rule(Args& args, const Options&) {
  enum class Verb { show, add, remove, flush };
  Verb verb = Verb::show;
  if (!args.empty()) {
    const std::string& word = args.take();
    if (abbreviates(word, "list") || abbreviates(word, "lst") || abbreviates(word, "show"))
      verb = Verb::show;
    else if (abbreviates(word, "add"))
      verb = Verb::add;
    else if (abbreviates(word, "delete"))
      verb = Verb::remove;
    else if (abbreviates(word, "flush"))
      verb = Verb::flush;
    else
      return base::Error{args.unknown("unknown word behind ip rule", "show add del flush")};
  }
  RuleWords words;
  std::optional<CommandPtr> refused;
  if (auto error = parse_words(args, words, refused)) return base::Error{std::move(*error)};
  if (refused) return *refused;
  switch (verb) {
    case Verb::show: return instant([words](Machine& machine, Io& io) { return show(machine, io, words); });
    case Verb::add:
      if (words.empty) return refusal(1, "\"ip rule add\" requires arguments.\n");
      return instant([words](Machine& machine, Io& io) { return add(machine, io, words); });
    case Verb::remove:
      if (words.empty) return refusal(1, "\"ip rule del\" requires arguments.\n");
      return instant([words](Machine& machine, Io& io) { return remove(machine, io, words); });
    case Verb::flush: break;
  }
  if (!words.empty) return base::Error{args.unknown("not modelled behind ip rule flush")};
  return instant(flush);
}

}  // namespace lvs::control::ip
