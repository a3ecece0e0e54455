// SPDX-License-Identifier: GPL-2.0-or-later
// Options of matches: which there are, and what their values mean (the x6_options and parse() of the tool's
// extensions).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "control/programs/iptables/icmp.h"
#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/rare-matches.h"
#include "control/programs/iptables/values.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = std::optional<std::string>;

template <class Use>
bool each_part(std::string_view text, Use use) {
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!use(text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

Complaint port_of(const std::string& text, std::string_view protocol, std::uint16_t& port) {
  const auto value = parse_port(text, protocol);
  if (!value) return fmt::format("invalid port/service `{}' specified", text);
  port = *value;
  return std::nullopt;
}

Complaint flags_of(std::string_view text, std::uint8_t& flags) {
  constexpr std::pair<std::string_view, std::uint8_t> kFlags[] = {{"FIN", 1},  {"SYN", 2},  {"RST", 4},    {"PSH", 8},
                                                                  {"ACK", 16}, {"URG", 32}, {"ALL", 0x3f}, {"NONE", 0}};
  Complaint bad;
  each_part(text, [&](std::string_view part) {
    for (const auto& [name, bits] : kFlags) {
      if (!same_ignoring_case(part, name)) continue;
      flags |= bits;
      return true;
    }
    bad = fmt::format("Unknown TCP flag `{}'", part);
    return false;
  });
  return bad;
}

Complaint states_of(std::string_view text, std::string_view option, bool nat, std::uint16_t& states) {
  namespace s = xt::ct_state;
  const std::pair<std::string_view, std::uint16_t> kStates[] = {
      {"INVALID", s::invalid}, {"NEW", s::fresh},           {"ESTABLISHED", s::established},
      {"RELATED", s::related}, {"UNTRACKED", s::untracked}, {"SNAT", s::snat},
      {"DNAT", s::dnat}};
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    std::uint16_t found = 0;
    for (const auto& [name, bit] : kStates) {
      const bool prefix =
          !part.empty() && part.size() <= name.size() && same_ignoring_case(part, name.substr(0, part.size()));
      if (found == 0 && prefix && (nat || (bit != s::snat && bit != s::dnat))) found = bit;
    }
    if (found == 0) return fmt::format("Bad {} \"{}\"", option, rest);
    states |= found;
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

Complaint types_of(std::string_view text, std::uint16_t& types) {
  constexpr std::string_view kNames[] = {"UNSPEC",    "UNICAST",     "LOCAL",    "BROADCAST", "ANYCAST", "MULTICAST",
                                         "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW",     "NAT",     "XRESOLVE"};
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    bool found = false;
    for (unsigned i = 0; i < std::size(kNames) && !found; ++i) {
      found = !part.empty() && part.size() <= kNames[i].size() &&
              same_ignoring_case(part, kNames[i].substr(0, part.size()));
      if (found) types = static_cast<std::uint16_t>(types | 1u << i);
    }
    if (!found && comma != std::string_view::npos) return fmt::format("addrtype: bad type `{}'", rest);
    if (!found) return fmt::format("addrtype: bad type \"{}\"", rest);
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

Complaint multiports_of(std::string_view text, std::string_view protocol, std::vector<xt::Ports>& ports) {
  constexpr std::size_t kMost = 15;
  std::size_t count = 0;
  Complaint bad;
  each_part(text, [&](std::string_view part) {
    const std::size_t colon = part.find(':');
    count += colon == std::string_view::npos ? 1 : 2;
    if (count > kMost) {
      bad = "too many ports specified";
      return false;
    }
    xt::Ports each;
    bad = port_of(std::string(part.substr(0, colon)), protocol, each.first);
    each.last = each.first;
    if (!bad && colon != std::string_view::npos)
      bad = port_of(std::string(part.substr(colon + 1)), protocol, each.last);
    if (!bad && colon != std::string_view::npos && each.first >= each.last) bad = "invalid portrange specified";
    ports.push_back(each);
    return !bad.has_value();
  });
  return bad;
}

// "5/min": the time between two in 1/10000 s (parse_rate()).
std::optional<std::uint32_t> rate_of(const std::string& text) {
  constexpr std::pair<std::string_view, std::uint32_t> kUnits[] = {
      {"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86400}};
  const std::size_t slash = text.find('/');
  std::uint32_t seconds = 1;
  if (slash != std::string::npos) {
    const std::string_view unit = std::string_view(text).substr(slash + 1);
    const auto at = std::ranges::find_if(kUnits, [&](const auto& each) {
      return !unit.empty() && unit.size() <= each.first.size() &&
             same_ignoring_case(unit, each.first.substr(0, unit.size()));
    });
    if (at == std::end(kUnits)) return std::nullopt;
    seconds = at->second;
  }
  const int rate = std::atoi(text.c_str());
  if (rate <= 0) return std::nullopt;
  return 10000u * seconds / static_cast<std::uint32_t>(rate);
}

Complaint icmp_of(const std::string& text, xt::Icmp& m) {
  const IcmpName* found = nullptr;
  for (const IcmpName& each : kIcmpNames) {
    if (text.size() > each.name.size() || !same_ignoring_case(text, each.name.substr(0, text.size()))) continue;
    if (found != nullptr) {
      return fmt::format("Ambiguous ICMP type `{}': `{}' or `{}'?", text, found->name, each.name);
    }
    found = &each;
  }
  if (found != nullptr) {
    m.type = found->type;
    m.code_first = found->code_first;
    m.code_last = found->code_last;
    return std::nullopt;
  }
  const std::size_t slash = text.find('/');
  const auto type = parse_number(text.substr(0, slash), 0, 255);
  if (!type) return fmt::format("Unknown ICMP type `{}'", text);
  m.type = static_cast<std::uint8_t>(*type);
  m.code_first = 0;
  m.code_last = 0xff;
  if (slash == std::string::npos) return std::nullopt;
  const auto code = parse_number(text.substr(slash + 1), 0, 255);
  if (!code) return fmt::format("Unknown ICMP code `{}'", text);
  m.code_first = m.code_last = static_cast<std::uint8_t>(*code);
  return std::nullopt;
}

struct Taker {
  const ExtensionValue& v;
  int id() const { return v.option->id; }
  Complaint bad_number(std::string_view extension) const {
    return fmt::format("{}: bad integer value for option \"--{}\", or out of range.\n", extension, v.option->name);
  }

  Complaint operator()(xt::Tcp& m) const {
    const bool again = (v.seen >> id() & 1) != 0;
    switch (id()) {
      case 0: return again ? "Only one `--source-port' allowed" : take_ports(v.value, "tcp", v.invert, m.source);
      case 1:
        return again ? "Only one `--destination-port' allowed" : take_ports(v.value, "tcp", v.invert, m.destination);
      case 4: {
        if (again) return "Only one `--tcp-option' allowed";
        const auto option = parse_number(v.value, 1, 255);
        if (!option) return fmt::format("Bad TCP option \"{}\"", v.value);
        m.option = static_cast<std::uint8_t>(*option);
        m.option_invert = v.invert;
        return std::nullopt;
      }
      default: break;
    }
    if ((v.seen & 0xc) != 0) return "Only one of `--syn' or `--tcp-flags'  allowed";
    m.flags_invert = v.invert;
    if (id() == 2) {
      m.flags_mask = 0x17;
      m.flags = 2;
      return std::nullopt;
    }
    if (v.following == nullptr || v.following->starts_with('-') || v.following->starts_with('!')) {
      return "--tcp-flags requires two args.";
    }
    if (auto bad = flags_of(v.value, m.flags_mask)) return bad;
    return flags_of(*v.following, m.flags);
  }
  Complaint operator()(xt::Udp& m) const {
    if ((v.seen >> id() & 1) != 0) {
      return fmt::format("Only one `--{}' allowed", id() == 0 ? "source-port" : "destination-port");
    }
    return take_ports(v.value, "udp", v.invert, id() == 0 ? m.source : m.destination);
  }
  Complaint operator()(xt::Icmp& m) const {
    m.invert = v.invert;
    return icmp_of(v.value, m);
  }
  Complaint operator()(xt::Conntrack& m) const {
    if (id() == 0) {
      m.states_invert = v.invert;
      return states_of(v.value, m.alias ? "state" : "ctstate", !m.alias, m.states);
    }
    if (id() == 5) {
      if (!same_ignoring_case(v.value, "ORIGINAL") && !same_ignoring_case(v.value, "REPLY")) {
        return fmt::format("conntrack: Bad value for \"--ctdir\" option: \"{}\"", v.value);
      }
      m.reply = same_ignoring_case(v.value, "REPLY");
      return std::nullopt;
    }
    if (id() > 5) return take_tracked(m, v);
    xt::Conntrack::Address address{0, 0, v.invert};
    if (auto bad = parse_host_mask(v.value, address.addr, address.mask)) return bad;
    m.addresses[static_cast<std::size_t>(id() - 1)] = address;
    return std::nullopt;
  }
  template <class M>
  Complaint mark(M& m, std::string_view name) const {
    const auto value = parse_mark(v.value);
    if (!value) return bad_number(name);
    m.mark = value->first;
    m.mask = value->second;
    m.invert = v.invert;
    return std::nullopt;
  }
  Complaint operator()(xt::Mark& m) const { return mark(m, "mark"); }
  Complaint operator()(xt::Connmark& m) const { return mark(m, "connmark"); }
  Complaint operator()(xt::Addrtype& m) const {
    if (id() > 1) {
      m.limit = id() == 2 ? xt::Addrtype::Iface::in : xt::Addrtype::Iface::out;
      return std::nullopt;
    }
    (id() == 0 ? m.source_invert : m.destination_invert) = v.invert;
    return types_of(v.value, id() == 0 ? m.source : m.destination);
  }
  Complaint operator()(xt::Multiport& m) const {
    constexpr std::string_view kOnly = "multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP";
    if (v.protocol_invert) return std::string(kOnly);
    if (v.protocol == 0) {
      return "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'";
    }
    const std::string protocol = protocol_text(v.protocol);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp" && protocol != "dccp" && protocol != "udplite") {
      return std::string(kOnly);
    }
    m.which = static_cast<xt::Multiport::Which>(id());
    m.invert = v.invert;
    return multiports_of(v.value, protocol, m.ports);
  }
  Complaint operator()(xt::Ttl& m) const {
    const auto ttl = parse_number(v.value, 0, 255);
    if (!ttl) return bad_number("ttl");
    m.ttl = static_cast<std::uint8_t>(*ttl);
    m.mode = id() == 2   ? xt::Ttl::Mode::lt
             : id() == 3 ? xt::Ttl::Mode::gt
             : v.invert  ? xt::Ttl::Mode::ne
                         : xt::Ttl::Mode::eq;
    return std::nullopt;
  }
  Complaint operator()(xt::Comment& m) const {
    m.text = v.value.substr(0, 255);
    return std::nullopt;
  }
  Complaint operator()(xt::Limit& m) const {
    if (id() == 0) {
      const auto rate = rate_of(v.value);
      if (!rate) return fmt::format("bad rate \"{}\"'", v.value);
      if (*rate == 0) return fmt::format("Rate too fast \"{}\"", v.value);
      m.average = *rate;
      return std::nullopt;
    }
    const auto burst = parse_number(v.value, 0, 10000);
    if (!burst) return bad_number("limit");
    m.burst = *burst;
    return std::nullopt;
  }
  Complaint operator()(xt::Mac& m) const {
    const auto mac = base::MacAddr::parse(v.value);
    if (!mac) return "Invalid MAC address specified.";
    m.mac = *mac;
    m.invert = v.invert;
    return std::nullopt;
  }
  Complaint operator()(xt::Ipvs& m) const {
    using I = xt::Ipvs;
    const auto bit = static_cast<std::uint8_t>(1u << id());
    m.asks |= bit;
    if (v.invert) m.invert |= bit;
    switch (id()) {
      case 1: {
        std::optional<std::uint8_t> protocol = protocol_number(v.value);
        if (!protocol) {
          if (const auto number = parse_number(v.value, 0, 255)) protocol = static_cast<std::uint8_t>(*number);
        }
        if (!protocol) return fmt::format("Protocol {} does not resolve to anything.\n", v.value);
        m.vproto = *protocol;
        return std::nullopt;
      }
      case 2: return parse_host_mask(v.value, m.vaddr, m.vmask);
      case 3:
      case 6: {
        const auto port = parse_port(v.value, "tcp");
        if (!port) return fmt::format("Port \"{}\" does not resolve to anything.\n", v.value);
        (id() == 3 ? m.vport : m.vportctl) = *port;
        return std::nullopt;
      }
      case 4:
        if (!same_ignoring_case(v.value, "ORIGINAL") && !same_ignoring_case(v.value, "REPLY")) {
          return fmt::format("ipvs: Bad value for \"--vdir\" option: \"{}\"", v.value);
        }
        if (same_ignoring_case(v.value, "REPLY")) m.invert |= I::direction;
        return std::nullopt;
      case 5:
        if (same_ignoring_case(v.value, "GATE")) {
          m.vmethod = I::Method::gate;
        } else if (same_ignoring_case(v.value, "IPIP")) {
          m.vmethod = I::Method::ipip;
        } else if (same_ignoring_case(v.value, "MASQ")) {
          m.vmethod = I::Method::masq;
        } else {
          return fmt::format("ipvs: Bad value for \"--vmethod\" option: \"{}\"", v.value);
        }
        return std::nullopt;
      default: return std::nullopt;
    }
  }
  template <class M>
  Complaint operator()(M& m) const {
    return take_option(m, v);
  }
};

}  // namespace

Complaint take_ports(const std::string& text, std::string_view protocol, bool invert, xt::Ports& ports) {
  ports.invert = invert;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    auto bad = port_of(text, protocol, ports.first);
    ports.last = ports.first;
    return bad;
  }
  if (colon != 0) {
    if (auto bad = port_of(text.substr(0, colon), protocol, ports.first)) return bad;
  }
  if (colon + 1 != text.size()) {
    if (auto bad = port_of(text.substr(colon + 1), protocol, ports.last)) return bad;
  }
  if (ports.first > ports.last) return "invalid portrange (min > max)";
  return std::nullopt;
}

xt::Match make_match(std::string_view name) {
  if (name == "udp") return xt::Udp{};
  if (name == "icmp") return xt::Icmp{};
  if (name == "state") return xt::Conntrack{.alias = true};
  if (name == "conntrack") return xt::Conntrack{};
  if (name == "mark") return xt::Mark{};
  if (name == "connmark") return xt::Connmark{};
  if (name == "addrtype") return xt::Addrtype{};
  if (name == "multiport") return xt::Multiport{};
  if (name == "ttl") return xt::Ttl{};
  if (name == "comment") return xt::Comment{};
  if (name == "limit") return xt::Limit{};
  if (name == "mac") return xt::Mac{};
  if (name == "ipvs") return xt::Ipvs{};
  if (name == "tcp") return xt::Tcp{};
  if (auto other = make_large_match(name)) return *other;
  return make_rare_match(name);
}

std::optional<std::string> take_match_value(xt::Match& match, const ExtensionValue& value) {
  return std::visit(Taker{value}, match);
}

}  // namespace lvs::control
