// SPDX-License-Identifier: GPL-2.0-or-later
// Options of targets: which there are, and what their values mean.
#include <fmt/format.h>

#include <algorithm>

#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/rare-matches.h"
#include "control/programs/iptables/values.h"
#include "control/words/service-names.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = std::optional<std::string>;

constexpr std::uint32_t kAny = 0xffffffffu;

const std::vector<ExtensionWords>& all_targets() {
  static const std::vector<ExtensionWords> words{
      {"REJECT", {takes("reject-with", 0)}},
      {"LOG",
       {takes("log-level", 6), takes("log-prefix", 7), flag("log-tcp-sequence", 0), flag("log-tcp-options", 1),
        flag("log-ip-options", 2), flag("log-uid", 3), flag("log-macdecode", 5)}},
      {"MARK",
       {takes("set-xmark", 0).stands_alone(), takes("set-mark", 1).stands_alone(), takes("and-mark", 2).stands_alone(),
        takes("or-mark", 3).stands_alone(), takes("xor-mark", 4).stands_alone()}},
      {"CONNMARK",
       {takes("set-xmark", 0).without(0x7f), takes("set-mark", 1).without(0x7f), takes("and-mark", 2).without(0x7f),
        takes("or-mark", 3).without(0x7f), takes("xor-mark", 4).without(0x7f), flag("save-mark", 5).without(0x7f),
        flag("restore-mark", 6).without(0x7f), takes("ctmask", 7).without(0x200), takes("nfmask", 8).without(0x200),
        takes("mask", 9).without(0x180)},
       {"left-shift-mark", "right-shift-mark"}},
      {"DNAT", {takes("to-destination", 0).is_needed(), flag("random", 1), flag("persistent", 3)}},
      {"SNAT", {takes("to-source", 0).is_needed(), flag("random", 1), flag("random-fully", 2), flag("persistent", 3)}},
      {"MASQUERADE", {takes("to-ports", 4), flag("random", 1), flag("random-fully", 2)}},
      {"REDIRECT", {takes("to-ports", 4), flag("random", 1)}},
      {"NOTRACK", {}},
      {"CT", {flag("notrack", 0)}, {"helper", "ctevents", "expevents", "zone", "zone-orig", "zone-reply", "timeout"}},
      {"TRACE", {}},
      {"TOS",
       {takes("set-tos", 0).stands_alone(), takes("and-tos", 1).stands_alone(), takes("or-tos", 2).stands_alone(),
        takes("xor-tos", 3).stands_alone()}},
      {"TTL",
       {takes("ttl-set", 0).stands_alone(), takes("ttl-dec", 1).stands_alone(), takes("ttl-inc", 2).stands_alone()}},
      {"DSCP", {takes("set-dscp", 0).stands_alone(), takes("set-dscp-class", 1).stands_alone()}},
      {"TCPMSS", {takes("set-mss", 0), flag("clamp-mss-to-pmtu", 1)}},
  };
  return words;
}

constexpr std::string_view kUnmodelled[] = {"AUDIT", "CHECKSUM",  "CLASSIFY",    "CLUSTERIP", "CONNSECMARK", "ECN",
                                            "HMARK", "IDLETIMER", "LED",         "NFQUEUE",   "RATEEST",     "SECMARK",
                                            "SET",   "SYNPROXY",  "TCPOPTSTRIP", "TEE",       "TPROXY",      "ULOG"};

// parse_ports() of libxt_NAT.
Complaint nat_ports(const std::string& text, bool allowed, xt::NatRange& range) {
  if (!allowed) return "Need TCP, UDP, SCTP or DCCP with port specification";
  range.map_ports = true;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::size_t rest = digits;
  if (const auto port = parse_number(text.substr(0, digits), 0, 65535); port) {
    range.port_first = range.port_last = static_cast<std::uint16_t>(*port);
  } else if (const auto named = service_port(text, "tcp")) {
    range.port_first = range.port_last = *named;
    rest = text.size();
  } else {
    return fmt::format("Port `{}' not valid", text);
  }
  if (rest == text.size()) return std::nullopt;
  if (text[rest] == ':') return "Invalid port:port syntax - use dash";
  if (text[rest] != '-') return fmt::format("Garbage after port value: `{}'", text.substr(rest));
  const std::string last = text.substr(rest + 1);
  const std::size_t slash = last.find('/');
  const auto port = parse_number(last.substr(0, slash), 0, 65535);
  if (!port) return fmt::format("Port `{}' not valid", last);
  if (*port < range.port_first) return fmt::format("Port range `{}' funky", last);
  range.port_last = static_cast<std::uint16_t>(*port);
  if (slash == std::string::npos) return std::nullopt;
  const auto base = parse_number(last.substr(slash + 1), 1, 65535);
  if (!base) return fmt::format("Port `{}' not valid", last.substr(slash + 1));
  range.offset = true;
  range.port_base = static_cast<std::uint16_t>(*base);
  return std::nullopt;
}

// parse_to() of libxt_NAT.
Complaint nat_addresses(const std::string& text, bool ports_allowed, xt::NatRange& range) {
  if (text.find('[') != std::string::npos) return "Invalid address format";
  std::string addresses = text;
  if (const std::size_t colon = text.find(':'); colon != std::string::npos) {
    if (auto bad = nat_ports(text.substr(colon + 1), ports_allowed, range)) return bad;
    if (colon == 0) return std::nullopt;
    addresses.resize(colon);
  }
  range.map_addresses = true;
  const std::size_t dash = addresses.find('-');
  const std::string first = addresses.substr(0, dash);
  const auto from = base::Ipv4Addr::parse(first);
  if (!from) return fmt::format("Bad IP address \"{}\"", first);
  range.first = range.last = *from;
  if (dash == std::string::npos) return std::nullopt;
  const auto to = base::Ipv4Addr::parse(addresses.substr(dash + 1));
  if (!to) return fmt::format("Bad IP address \"{}\"", addresses.substr(dash + 1));
  range.last = *to;
  return std::nullopt;
}

constexpr std::pair<std::string_view, std::string_view> kRejects[] = {{"icmp-net-unreachable", "net-unreach"},
                                                                      {"icmp-host-unreachable", "host-unreach"},
                                                                      {"icmp-proto-unreachable", "proto-unreach"},
                                                                      {"icmp-port-unreachable", "port-unreach"},
                                                                      {"", ""},
                                                                      {"icmp-net-prohibited", "net-prohib"},
                                                                      {"icmp-host-prohibited", "host-prohib"},
                                                                      {"tcp-reset", "tcp-rst"},
                                                                      {"icmp-admin-prohibited", "admin-prohib"}};

bool begins_like(std::string_view name, std::string_view text) {
  return text.size() <= name.size() && same_ignoring_case(name.substr(0, text.size()), text);
}

struct Taker {
  const ExtensionValue& v;
  int id() const { return v.option->id; }
  Complaint bad_number(std::string_view extension) const {
    return fmt::format("{}: bad integer value for option \"--{}\", or out of range.\n", extension, v.option->name);
  }
  Complaint operator()(xt::Standard&) const { return std::nullopt; }
  Complaint operator()(xt::Notrack&) const { return std::nullopt; }
  Complaint operator()(xt::Trace&) const { return std::nullopt; }
  Complaint operator()(xt::BoxedTarget& t) const { return take_target(t, v); }
  Complaint operator()(xt::Reject& t) const {
    for (std::size_t i = 0; i < std::size(kRejects); ++i) {
      const auto& [name, alias] = kRejects[i];
      if (name.empty() || (!begins_like(name, v.value) && !begins_like(alias, v.value))) continue;
      t.with = static_cast<xt::Reject::With>(i);
      return std::nullopt;
    }
    return fmt::format("unknown reject type \"{}\"", v.value);
  }
  Complaint operator()(xt::Log& t) const {
    constexpr std::string_view kLevels[] = {"emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"};
    if (id() < 6) {
      t.flags = static_cast<std::uint8_t>(t.flags | 1u << id());
      return std::nullopt;
    }
    if (id() == 7) {
      if (v.value.find('\n') != std::string::npos) return "Newlines not allowed in --log-prefix";
      t.prefix = v.value.substr(0, 29);
      return std::nullopt;
    }
    if (const auto number = parse_number(v.value, 0, 7)) {
      t.level = static_cast<std::uint8_t>(*number);
      return std::nullopt;
    }
    for (std::uint8_t i = 0; i < std::size(kLevels); ++i) {
      if (v.value == kLevels[i] || (i == 3 && v.value == "err") || (i == 4 && v.value == "warn") ||
          (i == 0 && v.value == "panic")) {
        t.level = i;
        return std::nullopt;
      }
    }
    return fmt::format("log level \"{}\" unknown\n", v.value);
  }
  // "VALUE/MASK" where the option takes both, else a number alone, which comes back in both.
  bool read_mark(bool both, std::uint32_t& value, std::uint32_t& mask) const {
    if (both) {
      const auto pair = parse_mark(v.value).value_or(std::pair(std::uint32_t{0}, std::uint32_t{0}));
      value = pair.first;
      mask = pair.second;
      return parse_mark(v.value).has_value();
    }
    value = mask = parse_number(v.value, 0, kAny).value_or(0);
    return parse_number(v.value, 0, kAny).has_value();
  }
  Complaint operator()(xt::SetMark& t) const {
    std::uint32_t value = 0, mask = 0;
    if (!read_mark(id() < 2, value, mask)) return bad_number("MARK");
    switch (id()) {
      case 0: t = {value, mask}; break;
      case 1: t = {value, value | mask}; break;
      case 2: t = {0, ~value}; break;
      case 3: t = {value, value}; break;
      default: t = {value, 0}; break;
    }
    return std::nullopt;
  }
  Complaint operator()(xt::SetConnmark& t) const {
    using Mode = xt::SetConnmark::Mode;
    std::uint32_t value = 0, mask = 0;
    const bool plain = id() == 5 || id() == 6;
    if (!plain && !read_mark(id() < 2, value, mask)) return bad_number("CONNMARK");
    switch (id()) {
      case 0: t.ctmark = value, t.ctmask = mask; break;
      case 1: t.ctmark = value, t.ctmask = value | mask; break;
      case 2: t.ctmark = 0, t.ctmask = ~value; break;
      case 3: t.ctmark = t.ctmask = value; break;
      case 4: t.ctmark = value, t.ctmask = 0; break;
      case 5: t.mode = Mode::save; break;
      case 6: t.mode = Mode::restore; break;
      case 7: t.ctmask = value; break;
      case 8: t.nfmask = value; break;
      default: t.ctmask = t.nfmask = value; break;
    }
    return std::nullopt;
  }
  Complaint operator()(xt::Nat& t) const {
    const std::string protocol = protocol_text(v.protocol);
    const bool ports =
        protocol == "tcp" || protocol == "udp" || protocol == "sctp" || protocol == "dccp" || protocol == "icmp";
    switch (id()) {
      case 0: return nat_addresses(v.value, ports, t.range);
      case 1: t.range.random = true; return std::nullopt;
      case 2: t.range.random_fully = true; return std::nullopt;
      case 3: t.range.persistent = true; return std::nullopt;
      default: return nat_ports(v.value, ports, t.range);
    }
  }
  Complaint operator()(xt::SetTos& t) const {
    constexpr std::pair<std::string_view, std::uint8_t> kNames[] = {{"Minimize-Delay", 0x10},
                                                                    {"Maximize-Throughput", 0x08},
                                                                    {"Maximize-Reliability", 0x04},
                                                                    {"Minimize-Cost", 0x02},
                                                                    {"Normal-Service", 0x00}};
    if (id() == 0) {
      for (const auto& [name, value] : kNames) {
        if (!same_ignoring_case(name, v.value)) continue;
        t = {value, 0x3f};
        return std::nullopt;
      }
      const std::size_t slash = v.value.find('/');
      const auto value = parse_number(v.value.substr(0, slash), 0, 255);
      const auto mask = slash == std::string::npos ? std::optional<std::uint32_t>(255)
                                                   : parse_number(v.value.substr(slash + 1), 0, 255);
      if (!value || !mask) return fmt::format("TOS: bad value for option \"--set-tos\", or out of range.\n");
      t = {static_cast<std::uint8_t>(*value), static_cast<std::uint8_t>(*mask)};
      return std::nullopt;
    }
    const auto number = parse_number(v.value, 0, 255);
    if (!number) return bad_number("TOS");
    const auto bits = static_cast<std::uint8_t>(*number);
    if (id() == 1) t = {0, static_cast<std::uint8_t>(~bits)};
    if (id() == 2) t = {bits, bits};
    if (id() == 3) t = {bits, 0};
    return std::nullopt;
  }
  Complaint operator()(xt::SetDscp& t) const {
    return id() == 0 ? dscp_of(v, "DSCP", 63, t.dscp) : dscp_class_of(v.value, t.dscp);
  }
  Complaint operator()(xt::SetTtl& t) const {
    const auto ttl = parse_number(v.value, id() == 0 ? 0 : 1, 255);
    if (!ttl) return bad_number("TTL");
    t = {static_cast<xt::SetTtl::Mode>(id()), static_cast<std::uint8_t>(*ttl)};
    return std::nullopt;
  }
  Complaint operator()(xt::TcpMss& t) const {
    if (id() == 1) {
      t.mss = xt::TcpMss::kClamp;
      return std::nullopt;
    }
    const auto mss = parse_number(v.value, 0, 65515);
    if (!mss) return bad_number("TCPMSS");
    t.mss = static_cast<std::uint16_t>(*mss);
    return std::nullopt;
  }
};

struct Checker {
  std::uint32_t seen;
  Complaint need(std::string_view text) const { return seen != 0 ? std::nullopt : Complaint(text); }
  template <class T>
  Complaint operator()(const T&) const {
    return std::nullopt;
  }
  Complaint operator()(const xt::SetMark&) const {
    return need("MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required");
  }
  Complaint operator()(const xt::SetConnmark&) const {
    return (seen & 0x7f) != 0 ? std::nullopt : Complaint("CONNMARK target: No operation specified");
  }
  Complaint operator()(const xt::SetTos&) const { return need("TOS: An action is required"); }
  Complaint operator()(const xt::SetDscp&) const { return need("DSCP target: Parameter --set-dscp is required"); }
  Complaint operator()(const xt::SetTtl&) const { return need("TTL: You must specify an action"); }
  Complaint operator()(const xt::TcpMss&) const { return need("TCPMSS target: At least one parameter is required"); }
};

}  // namespace

const ExtensionWords* target_words(std::string_view name) {
  for (const std::vector<ExtensionWords>* list : {&all_targets(), &large_targets()}) {
    const auto at = std::ranges::find(*list, name, &ExtensionWords::name);
    if (at != list->end()) return &*at;
  }
  return nullptr;
}

std::string known_targets() {
  std::string names = "ACCEPT DROP RETURN";
  for (const std::vector<ExtensionWords>* list : {&all_targets(), &large_targets()})
    for (const ExtensionWords& each : *list) names += " " + std::string(each.name);
  return names;
}

bool is_unmodelled_target(std::string_view name) {
  return std::ranges::find(kUnmodelled, name) != std::end(kUnmodelled);
}

xt::Target make_target(std::string_view name) {
  using Kind = xt::Nat::Kind;
  if (name == "REJECT") return xt::Reject{};
  if (name == "LOG") return xt::Log{};
  if (name == "MARK") return xt::SetMark{};
  if (name == "CONNMARK") return xt::SetConnmark{};
  if (name == "DNAT") return xt::Nat{Kind::dnat, {}};
  if (name == "SNAT") return xt::Nat{Kind::snat, {}};
  if (name == "MASQUERADE") return xt::Nat{Kind::masquerade, {}};
  if (name == "REDIRECT") return xt::Nat{Kind::redirect, {}};
  if (name == "NOTRACK") return xt::Notrack{true};
  if (name == "CT") return xt::Notrack{false};
  if (name == "TRACE") return xt::Trace{};
  if (name == "TOS") return xt::SetTos{};
  if (name == "TTL") return xt::SetTtl{};
  if (name == "TCPMSS") return xt::TcpMss{};
  if (name == "DSCP") return xt::SetDscp{};
  return make_large_target(name).value_or(xt::Standard{});
}

std::optional<std::string> take_target_value(xt::Target& target, const ExtensionValue& value) {
  return std::visit(Taker{value}, target);
}

std::optional<std::string> check_target(const xt::Target& target, std::uint32_t seen) {
  return std::visit(Checker{seen}, target);
}

}  // namespace lvs::control
