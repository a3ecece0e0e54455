// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/iptables/large-matches.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstdlib>

#include "control/programs/iptables/large-values.h"
#include "control/programs/iptables/values.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;
using Complaint = std::optional<std::string>;

const char* inverted(bool invert) { return invert ? " !" : ""; }

// --- recent ---

Complaint take_recent(xt::Recent& m, const ExtensionValue& v) {
  using R = xt::Recent;
  constexpr std::uint8_t kActions[] = {R::set, R::check, R::update, R::remove};
  constexpr std::size_t kLongestName = 199;
  switch (const int id = v.option->id; id) {
    case 0:
    case 1:
    case 2:
    case 3:
      m.asks |= kActions[id];
      m.invert = v.invert;
      return std::nullopt;
    case 4: return number_into(m.seconds, v, "recent", 1, kMostNumber);
    case 5: m.asks |= R::reap; return std::nullopt;
    case 6: return number_into(m.hits, v, "recent", 0, kMostNumber);
    case 7: m.asks |= R::ttl; return std::nullopt;
    case 8: m.name = v.value.substr(0, kLongestName); return std::nullopt;
    case 9:
    case 10: m.destination = id == 10; return std::nullopt;
    default: break;
  }
  const auto mask = base::Ipv4Addr::parse(v.value);
  if (!mask) return "getaddrinfo: Name or service not known\n";
  m.mask = mask->value;
  return std::nullopt;
}

std::string recent_text(const xt::Recent& m) {
  using R = xt::Recent;
  std::string text = fmt::format("{} recent:", inverted(m.invert));
  if ((m.asks & R::set) != 0) text += " SET";
  if ((m.asks & R::check) != 0) text += " CHECK";
  if ((m.asks & R::update) != 0) text += " UPDATE";
  if ((m.asks & R::remove) != 0) text += " REMOVE";
  if (m.seconds != 0) text += fmt::format(" seconds: {}", m.seconds);
  if ((m.asks & R::reap) != 0) text += " reap";
  if (m.hits != 0) text += fmt::format(" hit_count: {}", m.hits);
  if ((m.asks & R::ttl) != 0) text += " TTL-Match";
  return text + fmt::format(" name: {} side: {} mask: {}", m.name, m.destination ? "dest" : "source",
                            base::Ipv4Addr{m.mask}.text());
}
std::string recent_words(const xt::Recent& m) {
  using R = xt::Recent;
  std::string text = fmt::format(" -m recent{}", inverted(m.invert));
  if ((m.asks & R::set) != 0) text += " --set";
  if ((m.asks & R::check) != 0) text += " --rcheck";
  if ((m.asks & R::update) != 0) text += " --update";
  if ((m.asks & R::remove) != 0) text += " --remove";
  if (m.seconds != 0) text += fmt::format(" --seconds {}", m.seconds);
  if ((m.asks & R::reap) != 0) text += " --reap";
  if (m.hits != 0) text += fmt::format(" --hitcount {}", m.hits);
  if ((m.asks & R::ttl) != 0) text += " --rttl";
  return text + fmt::format(" --name {} --mask {} --r{}", m.name, base::Ipv4Addr{m.mask}.text(),
                            m.destination ? "dest" : "source");
}

// --- connlimit ---

Complaint take_connlimit(xt::Connlimit& m, const ExtensionValue& v) {
  switch (v.option->id) {
    case 0:
    case 1: m.upto = (v.option->id == 0) != v.invert; return number_into(m.limit, v, "connlimit", 0, kMostNumber);
    case 2: return prefix_into(m.mask, v, "connlimit");
    default: m.destination = v.option->id == 4; return std::nullopt;
  }
}
std::string connlimit_text(const xt::Connlimit& m) {
  return fmt::format(" #conn {}/{} {} {}", m.destination ? "dst" : "src", length_of(m.mask), m.upto ? "<=" : ">",
                     m.limit);
}
std::string connlimit_words(const xt::Connlimit& m) {
  return fmt::format(" -m connlimit --connlimit-{} {} --connlimit-mask {} --connlimit-{}addr",
                     m.upto ? "upto" : "above", m.limit, length_of(m.mask), m.destination ? "d" : "s");
}

// --- string ---

// "GET |0d 0a|" (parse_hex_string()).
Complaint hex_string(std::string_view text, std::string& pattern) {
  const auto digit = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  bool inside = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && !inside) {
      if (i + 1 >= text.size()) return "Bad literal placement at end of string";
      pattern += text[i + 1];
      i += 2;
    } else if (text[i] == '|') {
      inside = !inside;
      ++i;
      while (inside && i < text.size() && std::isspace(static_cast<unsigned char>(text[i])) != 0) ++i;
    } else if (inside) {
      if (i + 1 >= text.size()) return "Odd number of hex digits";
      if (i + 2 >= text.size()) return "Invalid hex block";
      for (const std::size_t at : {i, i + 1})
        if (!digit(text[at])) return fmt::format("Invalid hex char '{}'", text[at]);
      if (!digit(text[i + 2]) && text[i + 2] != '|' && std::isspace(static_cast<unsigned char>(text[i + 2])) == 0)
        return "Invalid hex block";
      pattern += static_cast<char>(std::strtoul(std::string(text.substr(i, 2)).c_str(), nullptr, 16));
      i += 2;
      while (i < text.size() && std::isspace(static_cast<unsigned char>(text[i])) != 0) ++i;
    } else {
      pattern += text[i++];
    }
  }
  return std::nullopt;
}

Complaint take_text(xt::Text& m, const ExtensionValue& v) {
  constexpr std::size_t kLongest = 128, kLongestName = 15;
  switch (v.option->id) {
    case 0: return number_into(m.from, v, "string", 0, 0xffff);
    case 1: return number_into(m.to, v, "string", 0, 0xffff);
    case 2: m.algorithm = v.value.substr(0, kLongestName); return std::nullopt;
    case 5: m.ignore_case = true; return std::nullopt;
    default: break;
  }
  m.invert = v.invert;
  m.pattern.clear();
  if (v.option->id == 4) {
    if (auto bad = hex_string(v.value, m.pattern)) return bad;
    if (m.pattern.size() > kLongest) return fmt::format("STRING too long \"{}\"", v.value);
    return std::nullopt;
  }
  if (v.value.size() > kLongest) return fmt::format("STRING too long \"{}\"", v.value);
  m.pattern = v.value;
  return std::nullopt;
}

// Quoted, or as digits if there is a byte that cannot be printed, or a quote behind nothing else.
std::string pattern_text(const xt::Text& m, bool options) {
  const auto printable = [](unsigned char c) { return c >= 0x20 && c < 0x7f; };
  const bool hex = !std::ranges::all_of(m.pattern, printable);
  std::string text = options ? (hex ? " --hex-string \"" : " --string \"") : " \"";
  if (hex) text += '|';
  for (const char c : m.pattern) {
    if (hex) {
      text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text + (hex ? "|\"" : "\"");
}
std::string text_text(const xt::Text& m) {
  std::string text =
      fmt::format(" STRING match {}{} ALGO name {}", m.invert ? "!" : "", pattern_text(m, false), m.algorithm);
  if (m.from != 0) text += fmt::format(" FROM {}", m.from);
  if (m.to != 0xffff) text += fmt::format(" TO {}", m.to);
  return m.ignore_case ? text + " ICASE" : text;
}
std::string text_words(const xt::Text& m) {
  std::string text = fmt::format(" -m string{}{} --algo {}", inverted(m.invert), pattern_text(m, true), m.algorithm);
  if (m.from != 0) text += fmt::format(" --from {}", m.from);
  if (m.to != 0xffff) text += fmt::format(" --to {}", m.to);
  return m.ignore_case ? text + " --icase" : text;
}

// --- tcpmss ---

// "1441", "1441:65535".
Complaint range_into(xt::Mss& m, const ExtensionValue& v) {
  const std::size_t colon = v.value.find(':');
  const auto first = parse_number(v.value.substr(0, colon), 0, 0xffff);
  const auto last = colon == std::string::npos ? first : parse_number(v.value.substr(colon + 1), 0, 0xffff);
  if (!first || !last) {
    return fmt::format("tcpmss: bad value for option \"--mss\" near \"{}\", or out of range (0-65535).\n", v.value);
  }
  m.first = static_cast<std::uint16_t>(*first);
  m.last = static_cast<std::uint16_t>(*last);
  return std::nullopt;
}
std::string mss_text(const xt::Mss& m, std::string_view not_mark) {
  const std::string_view mark = m.invert ? not_mark : "";
  return m.first == m.last ? fmt::format("{}{}", mark, m.first) : fmt::format("{}{}:{}", mark, m.first, m.last);
}

}  // namespace

const std::vector<ExtensionWords>& large_matches() {
  static const std::vector<ExtensionWords> words{
      {"recent",
       {flag("set", 0).inverts().without(0xf), flag("rcheck", 1).inverts().without(0xf),
        flag("update", 2).inverts().without(0xf), flag("remove", 3).inverts().without(0xf), takes("seconds", 4),
        flag("reap", 5).with(1u << 4), takes("hitcount", 6), flag("rttl", 7).without(1u << 0 | 1u << 3),
        takes("name", 8), flag("rsource", 9), flag("rdest", 10), takes("mask", 11)}},
      {"connlimit",
       {takes("connlimit-upto", 0).inverts().without(1u << 1), takes("connlimit-above", 1).inverts().without(1u << 0),
        takes("connlimit-mask", 2), flag("connlimit-saddr", 3).without(1u << 4),
        flag("connlimit-daddr", 4).without(1u << 3)}},
      {"string",
       {takes("from", 0), takes("to", 1), takes("algo", 2).is_needed(), takes("string", 3).inverts().without(1u << 4),
        takes("hex-string", 4).inverts().without(1u << 3), flag("icase", 5)}},
      {"hashlimit",
       {takes("hashlimit-upto", 0).inverts().without(1u << 1), takes("hashlimit-above", 1).inverts().without(1u << 0),
        takes("hashlimit", 0).inverts().without(1u << 1), takes("hashlimit-srcmask", 9), takes("hashlimit-dstmask", 10),
        takes("hashlimit-burst", 2), takes("hashlimit-htable-size", 5), takes("hashlimit-htable-max", 6),
        takes("hashlimit-htable-expire", 8), takes("hashlimit-htable-gcinterval", 7), takes("hashlimit-mode", 3),
        takes("hashlimit-name", 4).is_needed()},
       {"hashlimit-rate-match", "hashlimit-rate-interval"}},
      {"tcpmss", {takes("mss", 0).inverts().is_needed()}},
  };
  return words;
}

std::optional<xt::Match> make_large_match(std::string_view name) {
  const auto made = [](auto match) { return xt::BoxedMatch{std::make_shared<xt::LargeMatch>(xt::LargeMatch{match})}; };
  if (name == "recent") return made(xt::Recent{});
  if (name == "connlimit") return made(xt::Connlimit{});
  if (name == "string") return made(xt::Text{});
  if (name == "hashlimit") return made(xt::Hashlimit{});
  if (name == "tcpmss") return made(xt::Mss{});
  return std::nullopt;
}

Complaint take_option(xt::BoxedMatch& boxed, const ExtensionValue& v) {
  struct Taker {
    const ExtensionValue& value;
    Complaint operator()(xt::Recent& m) const { return take_recent(m, value); }
    Complaint operator()(xt::Connlimit& m) const { return take_connlimit(m, value); }
    Complaint operator()(xt::Text& m) const { return take_text(m, value); }
    Complaint operator()(xt::Hashlimit& m) const { return take_hashlimit(m, value); }
    Complaint operator()(xt::Mss& m) const {
      m.invert = value.invert;
      return range_into(m, value);
    }
  };
  return std::visit(Taker{v}, boxed.match->as);
}

Complaint check_seen(const xt::BoxedMatch& boxed, std::uint32_t seen) {
  if (std::holds_alternative<xt::Recent>(boxed.match->as) && (seen & 0xf) == 0)
    return "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'";
  if (std::holds_alternative<xt::Connlimit>(boxed.match->as) && (seen & 3) == 0)
    return "You must specify \"--connlimit-above\" or \"--connlimit-upto\".";
  if (std::holds_alternative<xt::Text>(boxed.match->as) && (seen & 0x18) == 0)
    return "STRING match: You must specify `--string' or `--hex-string'";
  if (auto* const limit = std::get_if<xt::Hashlimit>(&boxed.match->as)) {
    if ((seen & 3) == 0) return "You have to specify --hashlimit";
    // What is not said follows from the unit of the rate.
    if ((seen & 1u << 8) == 0) limit->expire = usual_hash_expire(*limit);
  }
  return std::nullopt;
}

std::string listed_text(const xt::BoxedMatch& boxed, bool) {
  struct Listed {
    std::string operator()(const xt::Recent& m) const { return recent_text(m); }
    std::string operator()(const xt::Connlimit& m) const { return connlimit_text(m); }
    std::string operator()(const xt::Text& m) const { return text_text(m); }
    std::string operator()(const xt::Hashlimit& m) const { return hashlimit_text(m); }
    std::string operator()(const xt::Mss& m) const { return " tcpmss match " + mss_text(m, "!"); }
  };
  return std::visit(Listed{}, boxed.match->as);
}
std::string saved_text(const xt::BoxedMatch& boxed) {
  struct Saved {
    std::string operator()(const xt::Recent& m) const { return recent_words(m); }
    std::string operator()(const xt::Connlimit& m) const { return connlimit_words(m); }
    std::string operator()(const xt::Text& m) const { return text_words(m); }
    std::string operator()(const xt::Hashlimit& m) const { return hashlimit_words(m); }
    std::string operator()(const xt::Mss& m) const {
      return fmt::format(" -m tcpmss{} --mss {}", inverted(m.invert), mss_text(m, ""));
    }
  };
  return std::visit(Saved{}, boxed.match->as);
}

std::optional<IpTablesEnd> copy_large_matches(host::IpRule& rule) {
  for (xt::Match& match : rule.matches) {
    auto* const boxed = std::get_if<xt::BoxedMatch>(&match);
    if (boxed == nullptr) continue;
    boxed->match = std::make_shared<xt::LargeMatch>(*boxed->match);
    const auto* const text = std::get_if<xt::Text>(&boxed->match->as);
    if (text == nullptr || text->algorithm == "bm" || text->algorithm == "kmp" || text->algorithm == "fsm") continue;
    return IpTablesEnd{"iptables: No chain/target/match by that name.\n", 1};
  }
  return std::nullopt;
}

}  // namespace lvs::control
