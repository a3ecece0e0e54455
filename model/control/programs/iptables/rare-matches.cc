// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/iptables/rare-matches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "control/machine/machine.h"
#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/values.h"
#include "control/words/libc-numbers.h"
#include "host/netfilter/ipset.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = ExtensionComplaint;

constexpr std::uint32_t kMost = 0xffffffffu;

bool begins(std::string_view name, std::string_view text) {
  return text.size() <= name.size() && same_ignoring_case(text, name.substr(0, text.size()));
}

Complaint out_of_range(const ExtensionValue& v, std::string_view extension, std::string_view range) {
  return fmt::format("{}: bad value for option \"--{}\", or out of range ({}).\n", extension, v.option->name, range);
}

// "N", "N:", ":M", "N:M" (xtopt_parse_mint()); the complaint names what could not be read.
Complaint range_of(const ExtensionValue& v, std::string_view extension, std::uint32_t most, std::uint32_t& first,
                   std::uint32_t& last) {
  const std::size_t colon = v.value.find(':');
  const std::string low = v.value.substr(0, colon);
  const auto bad = [&](const std::string& near) {
    return fmt::format("{}: bad value for option \"--{}\" near \"{}\", or out of range (0-{}).\n", extension,
                       v.option->name, near, most);
  };
  const auto from = low.empty() && colon != std::string::npos ? std::optional(0u) : parse_number(low, 0, most);
  if (!from) return bad(v.value);
  first = last = *from;
  if (colon == std::string::npos) return std::nullopt;
  const std::string high = v.value.substr(colon + 1);
  const auto to = high.empty() ? std::optional(most) : parse_number(high, 0, most);
  if (!to) return bad(high);
  last = *to;
  return std::nullopt;
}

constexpr auto kClasses = std::to_array<std::pair<std::string_view, std::uint8_t>>(
    {{"CS0", 0x00},  {"CS1", 0x08},  {"CS2", 0x10},  {"CS3", 0x18},  {"CS4", 0x20},  {"CS5", 0x28},
     {"CS6", 0x30},  {"CS7", 0x38},  {"BE", 0x00},   {"AF11", 0x0a}, {"AF12", 0x0c}, {"AF13", 0x0e},
     {"AF21", 0x12}, {"AF22", 0x14}, {"AF23", 0x16}, {"AF31", 0x1a}, {"AF32", 0x1c}, {"AF33", 0x1e},
     {"AF41", 0x22}, {"AF42", 0x24}, {"AF43", 0x26}, {"EF", 0x2e}});

constexpr auto kChunks = std::to_array<std::tuple<std::string_view, unsigned, std::string_view>>({
    {"DATA", 0, "----IUBE"},
    {"INIT", 1, "--------"},
    {"INIT_ACK", 2, "--------"},
    {"SACK", 3, "--------"},
    {"HEARTBEAT", 4, "--------"},
    {"HEARTBEAT_ACK", 5, "--------"},
    {"ABORT", 6, "-------T"},
    {"SHUTDOWN", 7, "--------"},
    {"SHUTDOWN_ACK", 8, "--------"},
    {"ERROR", 9, "--------"},
    {"COOKIE_ECHO", 10, "--------"},
    {"COOKIE_ACK", 11, "--------"},
    {"ECN_ECNE", 12, "--------"},
    {"ECN_CWR", 13, "--------"},
    {"SHUTDOWN_COMPLETE", 14, "-------T"},
    {"I_DATA", 64, "----IUBE"},
    {"RE_CONFIG", 130, "--------"},
    {"PAD", 132, "--------"},
    {"ASCONF", 193, "--------"},
    {"ASCONF_ACK", 128, "--------"},
    {"FORWARD_TSN", 192, "--------"},
    {"I_FORWARD_TSN", 194, "--------"},
});

// "DATA:Be,INIT": parse_sctp_chunk().
Complaint chunks_of(std::string_view text, xt::Sctp& m) {
  if (same_ignoring_case(text, "ALL") || same_ignoring_case(text, "NONE")) {
    m.types.fill(same_ignoring_case(text, "ALL"));
    return std::nullopt;
  }
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t colon = part.find(':');
    const std::string_view name = part.substr(0, colon);
    const auto chunk =
        std::ranges::find_if(kChunks, [&](const auto& c) { return same_ignoring_case(std::get<0>(c), name); });
    if (chunk == kChunks.end()) return fmt::format("Unknown sctp chunk `{}'", name);
    const unsigned type = std::get<1>(*chunk);
    m.types[type] = true;
    if (colon != std::string_view::npos) {
      xt::Sctp::Flags flags{static_cast<std::uint8_t>(type), 0, 0};
      for (const char letter : part.substr(colon + 1)) {
        const std::string_view letters = std::get<2>(*chunk);
        const std::size_t at = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(letter))));
        if (at == std::string_view::npos || letters[at] == '-')
          return fmt::format("Invalid flags for chunk type {}", type);
        const auto bit = static_cast<std::uint8_t>(1u << (7 - at));
        flags.mask |= bit;
        if (std::isupper(static_cast<unsigned char>(letter)) != 0) flags.flags |= bit;
      }
      m.flags.push_back(flags);
    }
    if (comma == std::string_view::npos) return std::nullopt;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

const std::vector<ExtensionWords>& rare_matches() {
  static const std::vector<ExtensionWords> words{
      {"sctp",
       {takes("source-port", 0).inverts(), takes("sport", 0).inverts(), takes("destination-port", 1).inverts(),
        takes("dport", 1).inverts(), takes("chunk-types", 2).inverts().of_two_words()}},
      {"statistic",
       {takes("mode", 0).is_needed(), takes("probability", 1).inverts(), takes("every", 2).inverts().with(1u << 3),
        takes("packet", 3).with(1u << 2)}},
      {"set",
       {takes("match-set", 0).inverts().of_two_words()},
       {"set", "return-nomatch", "update-counters", "update-subcounters", "packets-eq", "packets-lt", "packets-gt",
        "bytes-eq", "bytes-lt", "bytes-gt"}},
      {"tos", {takes("tos", 0).inverts().is_needed()}},
      {"dscp", {takes("dscp", 0).inverts().stands_alone(), takes("dscp-class", 1).inverts().stands_alone()}},
      {"iprange", {takes("src-range", 0).inverts(), takes("dst-range", 1).inverts()}},
      {"length", {takes("length", 0).inverts().is_needed()}},
      {"pkttype", {takes("pkt-type", 0).inverts().is_needed()}},
  };
  return words;
}

xt::Match make_rare_match(std::string_view name) {
  if (name == "sctp") return xt::Sctp{};
  if (name == "statistic") return xt::Statistic{};
  if (name == "set") return xt::Set{};
  if (name == "tos") return xt::Tos{};
  if (name == "dscp") return xt::Dscp{};
  if (name == "iprange") return xt::IpRange{};
  if (name == "length") return xt::Length{};
  return xt::PktType{};
}

std::string_view sctp_chunk_name(unsigned type) {
  const auto chunk = std::ranges::find_if(kChunks, [&](const auto& c) { return std::get<1>(c) == type; });
  return chunk == kChunks.end() ? std::string_view{} : std::get<0>(*chunk);
}
std::string_view sctp_flag_letters(unsigned type) {
  const auto chunk = std::ranges::find_if(kChunks, [&](const auto& c) { return std::get<1>(c) == type; });
  return chunk == kChunks.end() ? std::string_view("--------") : std::get<2>(*chunk);
}

Complaint take_option(xt::Sctp& m, const ExtensionValue& v) {
  if (v.option->id < 2) {
    if ((v.seen >> v.option->id & 1) != 0)
      return v.option->id == 0 ? "Only one `--source-port' allowed" : "Only one `--destination-port' allowed";
    return take_ports(v.value, "sctp", v.invert, v.option->id == 0 ? m.source : m.destination);
  }
  if ((v.seen & 4) != 0) return "Only one `--chunk-types' allowed";
  if (v.following == nullptr || v.following->starts_with('-') || v.following->starts_with('!')) {
    return "--chunk-types requires two args";
  }
  using Chunks = xt::Sctp::Chunks;
  if (same_ignoring_case(v.value, "ALL")) {
    m.chunks = Chunks::all;
  } else if (same_ignoring_case(v.value, "ANY")) {
    m.chunks = Chunks::any;
  } else if (same_ignoring_case(v.value, "ONLY")) {
    m.chunks = Chunks::only;
  } else {
    return "Match type has to be one of \"ALL\", \"ANY\" or \"ONLY\"";
  }
  m.chunks_invert = v.invert;
  return chunks_of(*v.following, m);
}

Complaint take_option(xt::Statistic& m, const ExtensionValue& v) {
  switch (v.option->id) {
    case 0:
      if (v.value != "random" && v.value != "nth") return fmt::format("Bad mode \"{}\"", v.value);
      m.nth = v.value == "nth";
      return std::nullopt;
    case 1: {
      std::string rest = v.value;
      const auto part = take_strtod(rest);
      if (!part || !rest.empty() || !(*part >= 0 && *part <= 1)) return out_of_range(v, "statistic", "0-1");
      m.probability = static_cast<std::uint32_t>(std::lround(2147483648.0 * *part));
      break;
    }
    case 2: {
      const auto every = parse_number(v.value, 1, kMost);
      if (!every) return out_of_range(v, "statistic", "1-4294967295");
      m.every = *every - 1;
      break;
    }
    default: {
      const auto packet = parse_number(v.value, 0, kMost);
      if (!packet) return out_of_range(v, "statistic", "0-4294967295");
      m.packet = *packet;
      m.count = m.every - m.packet;
      return std::nullopt;
    }
  }
  m.invert = v.invert;
  return std::nullopt;
}

Complaint take_option(xt::Set& m, const ExtensionValue& v) {
  constexpr std::size_t kLongestName = 31, kMostParts = 6;
  if ((v.seen & 1) != 0) return "--match-set can be specified only once";
  if (v.following == nullptr || v.following->starts_with('-') || v.following->starts_with('!')) {
    return "--match-set requires two args.";
  }
  if (v.value.size() > kLongestName)
    return fmt::format("setname `{}' too long, max {} characters.", v.value, kLongestName);
  m.name = v.value;
  m.invert = v.invert;
  for (std::string_view rest = *v.following;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    if (part != "src" && part != "dst") return "You must spefify (the comma separated list of) 'src' or 'dst'.";
    if (m.source.size() < kMostParts) m.source.push_back(part == "src");
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

Complaint take_option(xt::Tos& m, const ExtensionValue& v) {
  constexpr std::pair<std::string_view, std::uint8_t> kNames[] = {{"Minimize-Delay", 0x10},
                                                                  {"Maximize-Throughput", 0x08},
                                                                  {"Maximize-Reliability", 0x04},
                                                                  {"Minimize-Cost", 0x02},
                                                                  {"Normal-Service", 0x00}};
  m.invert = v.invert;
  const std::size_t slash = v.value.find('/');
  const auto value = parse_number(v.value.substr(0, slash), 0, 255);
  const auto mask = slash == std::string::npos ? std::optional(255u) : parse_number(v.value.substr(slash + 1), 0, 255);
  if (value && mask) {
    m.value = static_cast<std::uint8_t>(*value);
    m.mask = static_cast<std::uint8_t>(*mask);
    return std::nullopt;
  }
  for (const auto& [name, tos] : kNames) {
    if (!same_ignoring_case(name, v.value)) continue;
    m.value = tos;
    m.mask = 0x3f;
    return std::nullopt;
  }
  return fmt::format("Symbolic name \"{}\" is unknown", v.value);
}

Complaint dscp_of(const ExtensionValue& v, std::string_view extension, std::uint32_t most, std::uint8_t& dscp) {
  const auto value = parse_number(v.value, 0, most);
  if (!value) return out_of_range(v, extension, fmt::format("0-{}", most));
  dscp = static_cast<std::uint8_t>(*value);
  return std::nullopt;
}
Complaint dscp_class_of(std::string_view name, std::uint8_t& dscp) {
  const auto named = std::ranges::find_if(kClasses, [&](const auto& c) { return begins(name, c.first); });
  if (named == kClasses.end()) return fmt::format("Invalid DSCP value `{}'", name);
  dscp = named->second;
  return std::nullopt;
}
Complaint take_option(xt::Dscp& m, const ExtensionValue& v) {
  m.invert = v.invert;
  return v.option->id == 0 ? dscp_of(v, "dscp", 63, m.dscp) : dscp_class_of(v.value, m.dscp);
}

Complaint take_option(xt::IpRange& m, const ExtensionValue& v) {
  const std::size_t dash = v.value.find('-');
  const std::string first = v.value.substr(0, dash),
                    last = dash == std::string::npos ? first : v.value.substr(dash + 1);
  for (const std::string& text : {first, last}) {
    if (!base::Ipv4Addr::parse(text))
      return fmt::format("iprange: Bad value for \"--{}\" option: \"{}\"", v.option->name, text);
  }
  const xt::IpRange::Range range{base::Ipv4Addr::parse(first)->value, base::Ipv4Addr::parse(last)->value, v.invert};
  if (range.last < range.first && v.warnings != nullptr)
    *v.warnings += fmt::format("xt_iprange: range {}-{} is reversed and will never match\n", first, last);
  (v.option->id == 0 ? m.source : m.destination) = range;
  return std::nullopt;
}

Complaint take_option(xt::Length& m, const ExtensionValue& v) {
  std::uint32_t first = 0, last = 0;
  if (auto bad = range_of(v, "length", 0xffff, first, last)) return bad;
  m = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last), v.invert};
  return std::nullopt;
}

Complaint take_option(xt::PktType& m, const ExtensionValue& v) {
  constexpr std::pair<std::string_view, std::uint8_t> kTypes[] = {{"unicast", 0}, {"broadcast", 1}, {"multicast", 2},
                                                                  {"bcast", 1},   {"mcast", 2},     {"host", 0}};
  for (const auto& [name, type] : kTypes) {
    if (!begins(name, v.value)) continue;
    m = {type, v.invert};
    return std::nullopt;
  }
  return fmt::format("Bad packet type '{}'", v.value);
}

// --- of -m conntrack ---

namespace {

constexpr std::pair<std::string_view, std::uint32_t> kStatuses[] = {
    {"NONE", 0}, {"EXPECTED", 1}, {"SEEN_REPLY", 2}, {"ASSURED", 4}, {"CONFIRMED", 8}};

Complaint statuses_of(std::string_view text, std::uint32_t& bits) {
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto named =
        std::ranges::find_if(kStatuses, [&](const auto& s) { return !part.empty() && begins(s.first, part); });
    if (named == std::end(kStatuses)) return fmt::format("Bad ctstatus \"{}\"", text);
    bits |= named->second;
    if (comma == std::string_view::npos) return std::nullopt;
    text.remove_prefix(comma + 1);
  }
}

// "80", "80:90": of a service's name, too.
Complaint tracked_ports(const std::string& text, bool invert, xt::Ports& ports) {
  const std::size_t colon = text.find(':');
  const auto read = [](const std::string& word) -> std::optional<std::uint16_t> {
    if (const auto number = parse_number(word, 0, kMost)) return static_cast<std::uint16_t>(*number);
    return parse_port(word, "tcp");
  };
  const std::string low = text.substr(0, colon), high = colon == std::string::npos ? low : text.substr(colon + 1);
  const auto first = low.empty() && colon != std::string::npos ? std::optional<std::uint16_t>(0) : read(low);
  const auto last = high.empty() && colon != std::string::npos ? std::optional<std::uint16_t>(65535) : read(high);
  if (!first || !last) return fmt::format("Port \"{}\" does not resolve to anything.\n", first ? high : low);
  ports = {*first, *last, invert};
  return std::nullopt;
}

}  // namespace

Complaint take_tracked(xt::Conntrack& m, const ExtensionValue& v) {
  switch (v.option->id) {
    case 10: {
      std::optional<std::uint32_t> protocol = parse_number(v.value, 0, 255);
      if (!protocol) {
        if (const auto named = protocol_number(v.value)) protocol = *named;
      }
      if (!protocol) return fmt::format("unknown protocol \"{}\" specified", v.value);
      m.protocol = {*protocol, *protocol, v.invert};
      return std::nullopt;
    }
    case 11: m.status = {0, 0, v.invert}; return statuses_of(v.value, m.status->first);
    case 12: m.expires = {0, 0, v.invert}; return range_of(v, "conntrack", kMost, m.expires->first, m.expires->last);
    default: {
      xt::Ports ports;
      if (auto bad = tracked_ports(v.value, v.invert, ports)) return bad;
      m.ports[static_cast<std::size_t>(v.option->id - 6)] = ports;
      return std::nullopt;
    }
  }
}

Complaint check_seen(const xt::Statistic& m, std::uint32_t seen) {
  if (!m.nth && (seen & 2) == 0) return "--probability must be specified when using random mode";
  if (m.nth && (seen & 0xc) == 0) return "--every and --packet must be specified when using nth mode";
  const bool has_every = (seen & 4) != 0;
  if (m.nth && m.packet > (has_every ? m.every : 0)) return "the --packet p must be 0 <= p <= n-1";
  if (m.nth && !has_every) return "the --packet p must be 0 <= p <= n-1";
  return std::nullopt;
}
Complaint check_seen(const xt::Set&, std::uint32_t seen) {
  return seen != 0 ? std::nullopt : Complaint("You must specify `--match-set' with proper arguments");
}
Complaint check_seen(const xt::Dscp&, std::uint32_t seen) {
  return seen != 0 ? std::nullopt : Complaint("DSCP match: Parameter --dscp is required");
}
Complaint check_seen(const xt::IpRange&, std::uint32_t seen) {
  return seen != 0 ? std::nullopt : Complaint("iprange match: You must specify `--src-range' or `--dst-range'");
}

std::optional<IpTablesEnd> prepare_rule(Machine& machine, host::IpRule& rule) {
  if (auto end = copy_large_matches(rule)) return end;
  for (xt::Match& match : rule.matches) {
    auto* const asked = std::get_if<xt::Set>(&match);
    if (asked == nullptr) continue;
    asked->set = machine.host().tables.ipsets().reference(asked->name);
    if (asked->set == nullptr) return iptables_problem(fmt::format("Set {} doesn't exist.\n", asked->name));
  }
  return std::nullopt;
}

}  // namespace lvs::control
