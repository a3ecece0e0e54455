// SPDX-License-Identifier: GPL-2.0-or-later
// Words and texts of -m hashlimit (libxt_hashlimit.c).
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "control/programs/iptables/large-values.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;

struct HashUnit {
  std::string_view name, listed;
  std::uint32_t seconds;
};
constexpr HashUnit kHashUnits[] = {
    {"day", "day", 86400}, {"hour", "hour", 3600}, {"minute", "min", 60}, {"second", "sec", 1}};
constexpr std::uint64_t kHashScale = 1000000;

// "5/min" (parse_rate()).
std::optional<std::string> hash_rate(xt::Hashlimit& m, const ExtensionValue& v) {
  const std::size_t slash = v.value.find('/');
  std::uint32_t seconds = 1;
  const int rate = std::atoi(v.value.c_str());
  bool good = rate > 0;
  if (slash != std::string::npos) {
    const std::string_view unit = std::string_view(v.value).substr(slash + 1);
    const auto at = std::ranges::find_if(kHashUnits, [&](const HashUnit& each) {
      return !unit.empty() && unit.size() <= each.name.size() &&
             same_ignoring_case(unit, each.name.substr(0, unit.size()));
    });
    good = good && at != std::end(kHashUnits);
    if (good) seconds = at->seconds;
  }
  if (!good) return fmt::format("hashlimit: Bad value for \"--{}\" option: \"{}\"", v.option->name, v.value);
  m.average = kHashScale * seconds / static_cast<std::uint32_t>(rate);
  if (m.average == 0) return fmt::format("Rate too fast \"{}\"\n", v.value);
  return std::nullopt;
}

std::optional<std::string> hash_modes(xt::Hashlimit& m, const ExtensionValue& v) {
  using H = xt::Hashlimit;
  constexpr std::pair<std::string_view, std::uint8_t> kModes[] = {
      {"dstip", H::dst_ip}, {"srcip", H::src_ip}, {"srcport", H::src_port}, {"dstport", H::dst_port}};
  for (std::string_view rest = v.value;;) {
    const std::size_t comma = rest.find(',');
    const auto at = std::ranges::find(kModes, rest.substr(0, comma), &std::pair<std::string_view, std::uint8_t>::first);
    if (at == std::end(kModes))
      return fmt::format("hashlimit: Bad value for \"--hashlimit-mode\" option: \"{}\"", v.value);
    m.mode |= at->second;
    if (comma == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(comma + 1);
  }
}

// The unit in which the rate is told, and what a bucket of it lives (print_rate()).
const HashUnit& hash_unit(const xt::Hashlimit& m) {
  std::size_t i = 1;
  for (; i < std::size(kHashUnits); ++i) {
    const std::uint64_t all = kHashScale * kHashUnits[i].seconds;
    if (m.average > all || all / m.average < all % m.average) break;
  }
  return kHashUnits[i - 1];
}

std::string hash_modes_text(const xt::Hashlimit& m, std::string_view separator) {
  using H = xt::Hashlimit;
  constexpr std::pair<std::uint8_t, std::string_view> kModes[] = {
      {H::src_ip, "srcip"}, {H::src_port, "srcport"}, {H::dst_ip, "dstip"}, {H::dst_port, "dstport"}};
  std::string text;
  for (const auto& [bit, name] : kModes) {
    if ((m.mode & bit) == 0) continue;
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

// What differs from the defaults; `prefix` is "--hashlimit-" in saved rules.
std::string hash_sizes(const xt::Hashlimit& m, std::string_view prefix) {
  std::string text;
  if (m.size != 0) text += fmt::format(" {}htable-size {}", prefix, m.size);
  if (m.most != 0) text += fmt::format(" {}htable-max {}", prefix, m.most);
  if (m.gc_interval != 1000) text += fmt::format(" {}htable-gcinterval {}", prefix, m.gc_interval);
  if (m.expire != usual_hash_expire(m)) text += fmt::format(" {}htable-expire {}", prefix, m.expire);
  if (m.src_prefix != 32) text += fmt::format(" {}srcmask {}", prefix, m.src_prefix);
  if (m.dst_prefix != 32) text += fmt::format(" {}dstmask {}", prefix, m.dst_prefix);
  return text;
}

std::string hash_rate_text(const xt::Hashlimit& m) {
  const HashUnit& unit = hash_unit(m);
  return fmt::format("{}/{}", kHashScale * unit.seconds / m.average, unit.listed);
}
}  // namespace

// "512kb/s", of --hashlimit-upto and its sisters.
std::optional<SyntaxError> unmodelled_value(const LongGetopt::Option& option) {
  const std::string_view name = std::string_view(option.text).substr(0, option.text.find('='));
  const std::string_view behind =
      std::string_view(option.value)
          .substr(std::min(option.value.find_first_not_of("0123456789"), option.value.size()));
  const bool bytes =
      behind.starts_with("b/") || behind.starts_with("kb/") || behind.starts_with("mb/") || behind == "b";
  if (!name.starts_with("--hashlimit") || !bytes) return std::nullopt;
  return SyntaxError{option.column, option.value, "bytes are not modelled", "packets: 10/sec"};
}

std::uint32_t usual_hash_expire(const xt::Hashlimit& m) { return hash_unit(m).seconds * 1000; }

std::optional<std::string> take_hashlimit(xt::Hashlimit& m, const ExtensionValue& v) {
  constexpr std::size_t kLongestName = 254;
  switch (v.option->id) {
    case 0:
    case 1: m.above = (v.option->id == 1) != v.invert; return hash_rate(m, v);
    case 2: {
      const auto burst = parse_number(v.value, 1, 1000000);
      if (!burst) return "bad value for option \"--hashlimit-burst\", or out of range (1-1000000).";
      m.burst = *burst;
      return std::nullopt;
    }
    case 3: return hash_modes(m, v);
    case 4:
      if (v.value.empty()) return "Argument must have a minimum length of 1 characters\n";
      m.name = v.value.substr(0, kLongestName);
      return std::nullopt;
    case 5: return number_into(m.size, v, "hashlimit", 0, kMostNumber);
    case 6: return number_into(m.most, v, "hashlimit", 0, kMostNumber);
    case 7: return number_into(m.gc_interval, v, "hashlimit", 0, kMostNumber);
    case 8: return number_into(m.expire, v, "hashlimit", 0, kMostNumber);
    default: break;
  }
  if (const auto length = parse_number(v.value, 33, 128)) {  // the tool takes it, the kernel does not
    (v.option->id == 9 ? m.src_prefix : m.dst_prefix) = static_cast<std::uint8_t>(*length);
    return std::nullopt;
  }
  std::uint32_t mask = 0;
  if (auto bad = prefix_into(mask, v, "hashlimit")) return bad;
  (v.option->id == 9 ? m.src_prefix : m.dst_prefix) = static_cast<std::uint8_t>(length_of(mask));
  return std::nullopt;
}

std::string hashlimit_text(const xt::Hashlimit& m) {
  std::string text = fmt::format(" limit: {} {} burst {}", m.above ? "above" : "up to", hash_rate_text(m), m.burst);
  if (m.mode != 0) text += " mode " + hash_modes_text(m, "-");
  return text + hash_sizes(m, "");
}
std::string hashlimit_words(const xt::Hashlimit& m) {
  std::string text = fmt::format(" -m hashlimit --hashlimit-{} {} --hashlimit-burst {}", m.above ? "above" : "upto",
                                 hash_rate_text(m), m.burst);
  if (m.mode != 0) text += " --hashlimit-mode " + hash_modes_text(m, ",");
  return text + " --hashlimit-name " + m.name + hash_sizes(m, "--hashlimit-");
}

}  // namespace lvs::control
