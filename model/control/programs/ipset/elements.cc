// SPDX-License-Identifier: GPL-2.0-or-later
// Elements and options of sets as words (libipset/parse.c, print.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/addr.h"
#include "base/numbers.h"
#include "control/programs/ipset/ipset.h"
#include "control/words/service-names.h"

namespace lvs::control::ipset {

namespace {

using host::IpSet;
using host::IpSetKey;
using Part = IpSet::Part;
using Complaint = std::optional<std::string>;

// Of one word: more than any set holds as it comes.
constexpr std::size_t kMostElements = (std::size_t{1} << 20) + 1;

constexpr auto kProtocols = std::to_array<std::pair<std::string_view, std::uint8_t>>(
    {{"tcp", 6}, {"udp", 17}, {"sctp", 132}, {"icmp", 1}, {"udplite", 136}});

constexpr auto kIcmpNames = std::to_array<std::pair<std::string_view, std::uint16_t>>({
    {"echo-reply", 0x0000},
    {"destination-unreachable", 0x0300},
    {"host-unreachable", 0x0301},
    {"port-unreachable", 0x0303},
    {"fragmentation-needed", 0x0304},
    {"redirect", 0x0500},
    {"echo-request", 0x0800},
    {"ttl-exceeded", 0x0b00},
    {"timestamp-request", 0x0d00},
    {"timestamp-reply", 0x0e00},
});

Complaint syntax(std::string_view text) { return fmt::format("Syntax error: {}", text); }

// A range of addresses, as first and last.
Complaint addresses_of(const std::string& text, bool network, std::uint32_t& first, std::uint32_t& last,
                       std::uint8_t& prefix) {
  const auto parse = [](const std::string& word) { return base::Ipv4Addr::parse(word); };
  const auto unknown = [](const std::string& word) {
    return syntax(fmt::format("cannot parse {}: resolving to IPv4 address failed", word));
  };
  prefix = 32;
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
    const auto addr = parse(text.substr(0, slash));
    if (!addr) return unknown(text.substr(0, slash));
    const std::string behind = text.substr(slash + 1);
    const auto length = base::number_up_to<std::uint32_t>(behind, 255);
    if (!length) return syntax(fmt::format("'{}' is invalid as number", behind));
    if (*length > 32) return syntax(fmt::format("'{}' is out of range 0-32", behind));
    prefix = static_cast<std::uint8_t>(*length);
    const std::uint32_t mask = base::Ipv4Prefix::mask_of(prefix);
    first = addr->value & mask;
    last = network ? first : first | ~mask;
    return std::nullopt;
  }
  const std::size_t dash = text.find('-');
  const auto from = parse(text.substr(0, dash));
  if (!from) return unknown(text.substr(0, dash));
  first = last = from->value;
  if (dash == std::string::npos) return std::nullopt;
  const auto to = parse(text.substr(dash + 1));
  if (!to) return unknown(text.substr(dash + 1));
  last = std::max(to->value, first);
  first = std::min(to->value, from->value);
  return std::nullopt;
}

std::optional<std::uint16_t> port_of(const std::string& text, std::string_view protocol) {
  if (const auto number = base::number_up_to<std::uint32_t>(text, 65535)) return static_cast<std::uint16_t>(*number);
  return service_port(text, protocol);
}

Complaint icmp_of(const std::string& text, std::uint16_t& port) {
  const auto named = std::ranges::find(kIcmpNames, text, &std::pair<std::string_view, std::uint16_t>::first);
  if (named != kIcmpNames.end()) {
    port = named->second;
    return std::nullopt;
  }
  const std::size_t slash = text.find('/');
  const auto type = base::number_up_to<std::uint32_t>(text.substr(0, slash), 255);
  const auto code = slash == std::string::npos ? std::optional<std::uint32_t>()
                                               : base::number_up_to<std::uint32_t>(text.substr(slash + 1), 255);
  if (!type || !code) return syntax(fmt::format("Cannot parse {} as an ICMP type/code", text));
  port = static_cast<std::uint16_t>(*type << 8 | *code);
  return std::nullopt;
}

// "tcp:80", "80", "80-90", "icmp:8/0"; `bare`: no protocol (bitmap:port).
Complaint ports_of(const std::string& text, bool bare, std::uint8_t& protocol, std::uint16_t& first,
                   std::uint16_t& last) {
  const std::size_t colon = text.find(':');
  std::string name = "tcp", rest = text;
  if (!bare && colon != std::string::npos) {
    name = text.substr(0, colon);
    rest = text.substr(colon + 1);
    const auto known = std::ranges::find(kProtocols, name, &std::pair<std::string_view, std::uint8_t>::first);
    if (known == kProtocols.end()) return syntax(fmt::format("cannot parse '{}' as a protocol", name));
    protocol = known->second;
    if (name == "icmp") {
      auto bad = icmp_of(rest, first);
      last = first;
      return bad;
    }
  } else {
    protocol = bare ? 0 : 6;
  }
  const std::size_t dash = rest.find('-');
  const auto low = port_of(rest.substr(0, dash), name);
  const auto high = dash == std::string::npos ? low : port_of(rest.substr(dash + 1), name);
  if (!low || !high) {
    const std::string bad = low ? rest.substr(dash + 1) : rest.substr(0, dash);
    return fmt::format(
        "Syntax error: '{}' is invalid as number\nSyntax error: '{}' is invalid as number\n"
        "cannot parse '{}' as a {} port",
        bad, name, bad, name);
  }
  first = std::min(*low, *high);
  last = std::max(*low, *high);
  return std::nullopt;
}

}  // namespace

Complaint read_element(const IpSet& set, const std::string& text, bool testing, std::vector<IpSetKey>& keys) {
  constexpr std::string_view kOrdinals[] = {"First", "Second", "Third"};
  std::uint32_t first = 0, last = 0, second = 0;
  std::uint16_t low = 0, high = 0;
  std::uint8_t prefix = 32, second_prefix = 32, protocol = 0;
  std::size_t from = 0;
  const std::size_t parts = set.type->parts.size();
  for (std::size_t i = 0; i < parts; ++i) {
    if (from > text.size()) {
      return syntax(fmt::format("{} element is missing from {}.", kOrdinals[i], text));
    }
    const std::size_t comma = i + 1 == parts ? std::string::npos : text.find(',', from);
    const std::string part = text.substr(from, comma == std::string::npos ? comma : comma - from);
    from = comma == std::string::npos ? text.size() + 1 : comma + 1;
    Complaint bad;
    switch (set.type->parts[i]) {
      case Part::address:
      case Part::network: bad = addresses_of(part, set.type->parts[i] == Part::network, first, last, prefix); break;
      case Part::port: bad = ports_of(part, set.type->bitmap, protocol, low, high); break;
      case Part::second: {
        std::uint32_t end = 0;
        std::uint8_t length = 32;
        bad = addresses_of(part, false, second, end, length);
        break;
      }
      case Part::second_network: {
        std::uint32_t end = 0;
        bad = addresses_of(part, true, second, end, second_prefix);
        break;
      }
    }
    if (bad) return bad;
  }
  const bool network = std::ranges::find(set.type->parts, Part::network) != set.type->parts.end();
  for (std::uint64_t addr = first; addr <= last && keys.size() < kMostElements;) {
    // Of a range of networks the largest that begins here and ends within it.
    if (network && first != last) {
      for (prefix = 0; (addr & ~base::Ipv4Prefix::mask_of(prefix) & 0xffffffffu) != 0 ||
                       addr + (std::uint64_t{1} << (32 - prefix)) - 1 > last;)
        ++prefix;
    }
    for (std::uint32_t port = low; port <= high && keys.size() < kMostElements; ++port) {
      keys.push_back({static_cast<std::uint32_t>(addr), network ? prefix : second_prefix, protocol,
                      static_cast<std::uint16_t>(port), second});
      if (testing) return std::nullopt;
    }
    addr += network && first != last ? std::uint64_t{1} << (32 - prefix) : 1;
  }
  return std::nullopt;
}

std::string element_text(const IpSet& set, const IpSetKey& key) {
  std::string text;
  for (const Part part : set.type->parts) {
    if (!text.empty()) text += ',';
    switch (part) {
      case Part::address: text += base::Ipv4Addr{key.addr}.text(); break;
      case Part::network:
        text += base::Ipv4Addr{key.addr}.text();
        if (key.prefix != 32) text += fmt::format("/{}", key.prefix);
        break;
      case Part::second:
      case Part::second_network:
        text += base::Ipv4Addr{key.second}.text();
        if (part == Part::second_network && key.prefix != 32) text += fmt::format("/{}", key.prefix);
        break;
      case Part::port: {
        if (set.type->bitmap) {
          text += std::to_string(key.port);
          break;
        }
        const auto named =
            std::ranges::find(kProtocols, key.protocol, &std::pair<std::string_view, std::uint8_t>::second);
        text += named == kProtocols.end() ? std::to_string(key.protocol) : std::string(named->first);
        const auto icmp = std::ranges::find(kIcmpNames, key.port, &std::pair<std::string_view, std::uint16_t>::second);
        if (key.protocol != 1) {
          text += fmt::format(":{}", key.port);
        } else if (icmp != kIcmpNames.end()) {
          text += fmt::format(":{}", icmp->first);
        } else {
          text += fmt::format(":{}/{}", key.port >> 8, key.port & 0xff);
        }
        break;
      }
    }
  }
  return text;
}

// --- options ---

namespace {

// The number behind an option.
Complaint number_behind(const std::vector<Word>& options, std::size_t& at, std::uint32_t most, std::uint32_t& value) {
  if (at + 1 >= options.size()) return fmt::format("Missing mandatory argument of option `{}'", options[at].text);
  const std::string& text = options[++at].text;
  const auto number = base::c_number(text, 0xffffffffu);
  if (!number) return syntax(fmt::format("'{}' is invalid as number", text));
  if (*number > most) return syntax(fmt::format("'{}' is out of range 0-{}", text, most));
  value = static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

Complaint port_range(const std::vector<Word>& options, std::size_t& at, IpSet& set) {
  if (at + 1 >= options.size()) return "Missing mandatory argument of option `range'";
  std::uint8_t protocol = 0;
  return ports_of(options[++at].text, true, protocol, set.first_port, set.last_port);
}

}  // namespace

Complaint read_create_options(const std::vector<Word>& options, IpSet& set, std::optional<SyntaxError>& unmodelled) {
  bool has_range = false;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string& word = options[i].text;
    std::uint32_t value = 0;
    Complaint bad;
    if (word == "counters") {
      set.counters = true;
    } else if (word == "comment") {
      set.comments = true;
    } else if (word == "timeout") {
      if (!(bad = number_behind(options, i, 2147483, value))) set.timeout = value;
    } else if (word == "range" && set.type->bitmap) {
      has_range = true;
      bad = port_range(options, i, set);
    } else if (!set.type->bitmap && word == "family") {
      if (i + 1 >= options.size()) return "Missing mandatory argument of option `family'";
      if (options[++i].text != "inet") {
        unmodelled = SyntaxError{options[i].column, options[i].text, "this family is not modelled", "inet"};
        return std::nullopt;
      }
    } else if (!set.type->bitmap && word == "hashsize") {
      if (!(bad = number_behind(options, i, 0x7fffffff, value))) {
        for (set.hash_size = 64; set.hash_size < value; set.hash_size *= 2) {
        }
      }
    } else if (!set.type->bitmap && word == "bucketsize") {
      if (!(bad = number_behind(options, i, 255, value)))
        set.bucket_size = std::clamp<std::uint32_t>(value + value % 2, 2, 12);  // kernel: HTABLE_CREATE's AHASH_*
    } else if (!set.type->bitmap && word == "initval") {
      if (!(bad = number_behind(options, i, 0xffffffffu, value))) set.initval = value;
    } else if (!set.type->bitmap && word == "maxelem") {
      if (!(bad = number_behind(options, i, 0x7fffffff, value))) set.max_elements = value;
    } else if (!set.type->bitmap && word == "netmask" && set.type->parts.size() == 1) {
      if (!(bad = number_behind(options, i, 32, value))) set.netmask = static_cast<std::uint8_t>(value);
    } else {
      unmodelled = SyntaxError{options[i].column, word, "this option of ipset create is not modelled",
                               "family hashsize maxelem bucketsize initval netmask timeout counters comment range"};
      return std::nullopt;
    }
    if (bad) return bad;
  }
  if (set.type->bitmap && !has_range) return "Mandatory option `range' is missing";
  return std::nullopt;
}

Complaint read_element_options(const std::vector<Word>& options, const IpSet& set, ElementOptions& result,
                               std::optional<SyntaxError>& unmodelled) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string& word = options[i].text;
    std::uint32_t value = 0;
    Complaint bad;
    if (word == "timeout" && set.timeout) {
      if (!(bad = number_behind(options, i, 2147483, value))) result.timeout = value;
    } else if ((word == "packets" || word == "bytes") && set.counters) {
      bad = number_behind(options, i, 0xffffffffu, value);
      (word == "packets" ? result.element.packets : result.element.bytes) = value;
    } else if (word == "comment" && set.comments) {
      if (i + 1 >= options.size()) return "Missing mandatory argument of option `comment'";
      result.element.comment = options[++i].text;
    } else if (word == "nomatch" &&
               (set.type->parts.front() == Part::network || set.type->parts.back() == Part::second_network)) {
      result.element.nomatch = true;
    } else {
      unmodelled = SyntaxError{options[i].column, word, "this option of an element is not modelled",
                               "timeout packets bytes comment nomatch, as the set was created"};
      return std::nullopt;
    }
    if (bad) return bad;
  }
  return std::nullopt;
}

}  // namespace lvs::control::ipset
