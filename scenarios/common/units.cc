// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/numbers.h"

namespace lvs::scenarios {
namespace {

// A non-negative decimal number, advancing `text` past it and any blanks.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return value;
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t N>
std::optional<double> parse_with_units(std::string_view text, const std::array<Unit, N>& units) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (text == unit.name) return *number * unit.factor;
  }
  return std::nullopt;
}

std::optional<unsigned> take_count(std::string_view& text, unsigned max) {
  const auto value = base::take_number<unsigned>(text);
  return value && *value >= 1 && *value <= max ? value : std::nullopt;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  static constexpr std::array kUnits{Unit{"", 1e3}, Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};
  const auto value = parse_with_units(text, kUnits);
  if (!value || *value > 9e18) return std::nullopt;
  return std::chrono::nanoseconds(std::llround(*value));
}

std::optional<double> parse_byte_rate(std::string_view text) {
  static constexpr std::array kUnits{Unit{"", 1e3},     Unit{"B/s", 1},    Unit{"KB/s", 1e3}, Unit{"kB/s", 1e3},
                                     Unit{"MB/s", 1e6}, Unit{"GB/s", 1e9}, Unit{"KBps", 1e3}, Unit{"MBps", 1e6}};
  const auto value = parse_with_units(text, kUnits);
  return value && *value > 0 ? value : std::nullopt;
}

std::optional<double> parse_bit_rate(std::string_view text) {
  static constexpr std::array kUnits{Unit{"bps", 1},    Unit{"kbps", 1e3}, Unit{"Kbps", 1e3}, Unit{"Mbps", 1e6},
                                     Unit{"Gbps", 1e9}, Unit{"kb/s", 1e3}, Unit{"Mb/s", 1e6}, Unit{"Gb/s", 1e9}};
  const auto value = parse_with_units(text, kUnits);
  return value && *value > 0 ? value : std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::vector<unsigned>> parse_counts(std::string_view text, unsigned max) {
  std::vector<unsigned> counts;
  for (const std::string& part : split(text, ',')) {
    std::string_view rest = part;
    const auto first = take_count(rest, max);
    if (!first) return std::nullopt;
    unsigned last = *first;
    if (rest.starts_with("..")) {
      rest.remove_prefix(2);
      const auto to = take_count(rest, max);
      if (!to || *to < *first) return std::nullopt;
      last = *to;
    }
    if (!rest.empty()) return std::nullopt;
    for (unsigned n = *first; n <= last; ++n) counts.push_back(n);
  }
  return counts;
}

std::string text_of_duration(std::chrono::nanoseconds t) {
  const auto ns = static_cast<double>(t.count());
  if (ns < 1e3) return fmt::format("{:g} ns", ns);
  if (ns < 1e6) return fmt::format("{:g} us", ns / 1e3);
  if (ns < 1e9) return fmt::format("{:g} ms", ns / 1e6);
  return fmt::format("{:g} s", ns / 1e9);
}

std::string text_of_bit_rate(double bits) {
  if (bits >= 1e9) return fmt::format("{:g} Gb/s", bits / 1e9);
  if (bits >= 1e6) return fmt::format("{:g} Mb/s", bits / 1e6);
  return fmt::format("{:g} kb/s", bits / 1e3);
}

}  // namespace lvs::scenarios
