// SPDX-License-Identifier: GPL-2.0-or-later
// ip rule: add, delete, show, flush (iproute2 6.1 ip/iprule.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/listing.h"
#include "control/programs/ip/route.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::FibRule;
using host::RouteType;

constexpr std::string_view kKnown =
    "not from to fwmark tos iif oif ipproto sport dport table lookup suppress_prefixlength suppress_ifgroup goto nop "
    "protocol priority pref, actions blackhole unreachable prohibit";

struct RuleWords {
  FibRule rule;
  bool table_given = false;
  bool action_given = false;
  bool preference_given = false;
  bool sport_given = false, dport_given = false;
  bool empty = true;
};

void put_prefix(Listing& out, std::string_view key, const base::Ipv4Prefix& prefix, std::string_view word) {
  out.words(word);
  out.put(key, prefix.addr.text(), out.paint(Paint::inet, prefix.addr.text()));
  if (prefix.length != 32)
    out.put(std::string(key) + "len", std::uint64_t{prefix.length}, fmt::format("/{}", prefix.length));
}

void put_interface(Listing& out, const host::Host& host, std::string_view key, const std::string& name) {
  if (name.empty()) return;
  out.put(key, name, fmt::format(" {} {}", key, out.paint(Paint::name, name)));
  if (host.device(name) == nullptr) out.put(std::string(key) + "_detached", JsonNull{}, " [detached]");
}

void put_ports(Listing& out, std::string_view key, const host::PortRange& ports) {
  if (!ports.given()) return;
  const auto put = [&](const std::string& name, std::uint16_t port, const std::string& text) {
    out.put(name, std::uint64_t{port}, text);
  };
  const std::string name(key);
  if (ports.first == ports.last) return put(name, ports.first, fmt::format(" {} {}", key, ports.first));
  put(name + "_start", ports.first, fmt::format(" {} {}", key, ports.first));
  put(name + "_end", ports.last, fmt::format("-{}", ports.last));
}

// Where the packets of a rule go on.
void put_action(Listing& out, const host::Fib& fib, const FibRule& rule) {
  if (rule.jump) {
    out.put("goto", std::uint64_t{*rule.jump}, fmt::format(" goto {}", *rule.jump));
    if (std::ranges::find(fib.rules(), *rule.jump, &FibRule::preference) == fib.rules().end())
      out.put("unresolved", JsonNull{}, " [unresolved]");
  } else if (rule.nop) {
    out.put("nop", JsonNull{}, " nop");
  } else if (rule.action != RouteType::unicast) {
    const std::string action(text_of(rule.action));
    out.put("action", action, " " + action);
  } else {
    const std::string table = text_of_table(rule.table);
    out.put("table", table, " lookup " + table);
    if (rule.suppress_prefixlength)
      out.put("suppress_prefixlen", std::uint64_t{*rule.suppress_prefixlength},
              fmt::format(" suppress_prefixlength {}", *rule.suppress_prefixlength));
    if (rule.suppress_group) {
      const std::string group = group_text(*rule.suppress_group);
      out.put("suppress_ifgroup", group, " suppress_ifgroup " + group);
    }
  }
}

void put_rule(Listing& out, const host::Host& host, const FibRule& rule, const Options& options) {
  const auto hex = [](std::uint32_t number) { return fmt::format("{:#x}", number); };
  out.open_object();
  out.put("priority", std::uint64_t{rule.preference}, fmt::format("{}:\t", rule.preference));
  if (rule.inverted) out.put("not", JsonNull{}, "not ");
  if (rule.from.length == 0)
    out.put("src", std::string("all"), "from all");
  else
    put_prefix(out, "src", rule.from, "from ");
  if (rule.to.length != 0) put_prefix(out, "dst", rule.to, " to ");
  if (rule.tos != 0) out.put("tos", fmt::format("{:#04x}", rule.tos), fmt::format(" tos {:#04x}", rule.tos));
  if (rule.mark) {
    out.put("fwmark", hex(*rule.mark), " fwmark " + hex(*rule.mark));
    if (rule.mark_mask != 0xffffffff) out.put("fwmask", hex(rule.mark_mask), "/" + hex(rule.mark_mask));
  }
  put_interface(out, host, "iif", rule.iif);
  put_interface(out, host, "oif", rule.oif);
  if (rule.protocol != 0) {
    const std::string name = protocol_text(rule.protocol);
    out.put("ipproto", name, " ipproto " + name);
  }
  put_ports(out, "sport", rule.sport);
  put_ports(out, "dport", rule.dport);
  put_action(out, host.fib, rule);
  const bool told = rule.proto != host::RouteProto::unspec && rule.proto != host::RouteProto::kernel;
  if (told || options.details) out.put("protocol", text_of(rule.proto), " proto " + text_of(rule.proto));
  out.words("\n");
  out.close_object();
}

// "MARK" or "MARK/MASK"; what ip says of another.
std::optional<CommandPtr> take_mark(const std::string& text, FibRule& rule) {
  const std::size_t slash = text.find('/');
  const auto mark = base::c_number(std::string_view(text).substr(0, slash), 0xffffffff);
  const auto mask = slash == std::string::npos ? std::optional<std::uint64_t>(0xffffffff)
                                               : base::c_number(std::string_view(text).substr(slash + 1), 0xffffffff);
  if (!mark) return invalid_argument(text, "fwmark value is invalid\n");
  if (!mask) return invalid_argument(text.substr(slash + 1), "fwmask value is invalid\n");
  rule.mark.reset();
  // Without a mask 0 asks for nothing (kernel: fib_nl2rule()).
  if (*mark == 0 && slash == std::string::npos) return std::nullopt;
  rule.mark = static_cast<std::uint32_t>(*mark);
  rule.mark_mask = static_cast<std::uint32_t>(*mask);
  return std::nullopt;
}

// As sscanf("%hu-%hu") reads them.
std::optional<host::PortRange> ports_of(std::string_view text) {
  const auto take = [&]() -> std::optional<std::uint16_t> {
    std::size_t digits = 0;
    std::uint32_t value = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
      value = value * 10 + static_cast<std::uint32_t>(text[digits] - '0');
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return static_cast<std::uint16_t>(value);
  };
  const auto first = take();
  if (!first) return std::nullopt;
  if (!text.starts_with('-')) return host::PortRange{*first, *first};
  text.remove_prefix(1);
  return host::PortRange{*first, take().value_or(*first)};
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
  } else if (word == "ipproto") {
    const auto protocol = protocol_number(text);
    if (!protocol) return invalid_argument(text, "Invalid \"ipproto\" value\n");
    rule.protocol = *protocol;
  } else if (word == "sport" || word == "dport") {
    const auto ports = ports_of(text);
    if (!ports) return invalid_argument(text, "invalid port range\n");
    (word == "sport" ? rule.sport : rule.dport) = *ports;
    (word == "sport" ? words.sport_given : words.dport_given) = true;
  } else if (word == "goto") {
    const auto target = base::c_number(text, 0xffffffff);
    if (!target) return invalid_argument(text, "invalid target\n");
    rule.jump = static_cast<std::uint32_t>(*target);
  } else if (word == "suppress_prefixlength" || word == "sup_pl") {
    const auto length = base::c_number(text, 0xffffffff);
    if (!length) return invalid_argument(text, "suppress_prefixlength value is invalid\n");
    rule.suppress_prefixlength = static_cast<std::uint32_t>(*length);
  } else if (word == "suppress_ifgroup" || word == "sup_group") {
    rule.suppress_group = group_of(text);
    if (!rule.suppress_group) return invalid_argument(text, "Invalid \"suppress_ifgroup\" value\n");
  } else if (word == "protocol") {
    const auto proto = proto_of(text);
    if (!proto) return invalid_argument(text, "\"protocol\" value is invalid\n");
    rule.proto = *proto;
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
  static constexpr auto kKeys = std::to_array<std::string_view>({"from",      "to",
                                                                 "fwmark",    "tos",
                                                                 "dsfield",   "iif",
                                                                 "dev",       "oif",
                                                                 "table",     "lookup",
                                                                 "priority",  "preference",
                                                                 "pref",      "prio",
                                                                 "order",     "ipproto",
                                                                 "sport",     "dport",
                                                                 "goto",      "suppress_prefixlength",
                                                                 "sup_pl",    "suppress_ifgroup",
                                                                 "sup_group", "protocol"});
  while (!args.empty() && !refused) {
    const std::string word = args.take();
    words.empty = false;
    if (word == "not" || word == "nop") {
      (word == "not" ? words.rule.inverted : words.rule.nop) = true;
      continue;
    }
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
         (a.action != RouteType::unicast || a.table == b.table) && a.inverted == b.inverted &&
         a.protocol == b.protocol && a.sport == b.sport && a.dport == b.dport && a.jump == b.jump && a.nop == b.nop &&
         a.suppress_prefixlength == b.suppress_prefixlength && a.suppress_group == b.suppress_group;
}

// The kernel's refusal of a rule (fib_nl2rule()); empty: none.
std::string_view refused_by_kernel(const host::Fib& fib, const RuleWords& words) {
  const auto bad = [](bool given, const host::PortRange& ports) {
    return given && (ports.first == 0 || ports.first > ports.last);
  };
  if (bad(words.sport_given, words.rule.sport)) return "Invalid sport range.";
  if (bad(words.dport_given, words.rule.dport)) return "Invalid dport range.";
  if (!words.rule.jump) return {};
  const auto& rules = fib.rules();
  std::uint32_t preference = words.rule.preference;
  if (!words.preference_given && rules.size() > 1 && rules[1].preference > 0) preference = rules[1].preference - 1;
  return *words.rule.jump <= preference ? "Backward goto not supported." : "";
}

int add(Machine& machine, Io& io, const RuleWords& words) {
  host::Fib& fib = machine.host().fib;
  FibRule rule = words.rule;
  if (const std::string_view refused = refused_by_kernel(fib, words); !refused.empty()) {
    io.complain(fmt::format("Error: {}\n", refused));
    return 2;
  }
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

int show(Machine& machine, Io& io, const RuleWords& words, const Options& options) {
  const FibRule& wanted = words.rule;
  Listing out(options);
  out.open_array();
  for (const FibRule& rule : machine.host().fib.rules()) {
    if (words.preference_given && rule.preference != wanted.preference) continue;
    if (words.table_given && (rule.action != RouteType::unicast || rule.table != wanted.table)) continue;
    if (wanted.from.length != 0 && rule.from != wanted.from) continue;
    if (wanted.to.length != 0 && rule.to != wanted.to) continue;
    if (wanted.mark && rule.mark != wanted.mark) continue;
    if (!wanted.iif.empty() && rule.iif != wanted.iif) continue;
    if (!wanted.oif.empty() && rule.oif != wanted.oif) continue;
    if (wanted.tos != 0 && rule.tos != wanted.tos) continue;
    if (wanted.protocol != 0 && rule.protocol != wanted.protocol) continue;
    if (words.sport_given && rule.sport != wanted.sport) continue;
    if (words.dport_given && rule.dport != wanted.dport) continue;
    put_rule(out, machine.host(), rule, options);
  }
  out.close_array();
  io.print(out.take());
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

CommandResultOrError parse_rule(Args& args, const Options& options) {
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
    case Verb::show:
      return instant([words, options](Machine& machine, Io& io) { return show(machine, io, words, options); });
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
