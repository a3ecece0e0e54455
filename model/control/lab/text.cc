// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"

namespace lvs::control::lab_text {
namespace {

constexpr std::string_view kBlank = " \t\v\f\r";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// DIGITS[.DIGITS] times 10^exponent, where that is a whole number of at most `greatest`.
std::optional<std::uint64_t> scaled(std::string_view text, int exponent, std::uint64_t greatest) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return {};
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > static_cast<std::size_t>(exponent)) return {};
  std::string digits(whole);
  (digits += fraction).append(static_cast<std::size_t>(exponent) - fraction.size(), '0');
  return base::number_up_to(digits, greatest);
}

struct Unit {
  std::string_view name;
  int exponent;
};

template <std::size_t N>
std::optional<std::uint64_t> with_unit(std::string_view text, const std::array<Unit, N>& units,
                                       std::uint64_t greatest) {
  const auto end = std::ranges::find_if(text, is_letter);
  const auto length = static_cast<std::size_t>(end - text.begin());
  for (const Unit& unit : units)
    if (text.substr(length) == unit.name) return scaled(text.substr(0, length), unit.exponent, greatest);
  return {};
}

}  // namespace

bool ends_in_escape(std::string_view text) {
  const std::size_t others = text.find_last_not_of('\\') + 1;  // npos + 1 is 0
  return (text.size() - others) % 2 == 1;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<LabLine> lines(const std::string& file, std::string_view text, Comments comments) {
  std::vector<LabLine> result;
  int number = 0;
  while (!text.empty()) {
    LabLine line{{file, number + 1}, {}};
    for (bool goes_on = true; goes_on && !text.empty();) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view piece = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      if (!piece.empty() && piece.back() == '\r') piece.remove_suffix(1);
      const bool comment = line.text.empty() && trim(piece).starts_with('#');  // a backslash there joins nothing
      goes_on = !comment && ends_in_escape(piece) && !text.empty();
      if (goes_on) piece.remove_suffix(1);
      line.text += piece;
    }
    line.text = trim(line.text);
    if (ends_in_escape(line.text)) line.text += ' ';  // "\\ " at the end is an escaped blank
    if (line.text.empty() || (comments == Comments::drop && line.text.starts_with('#'))) continue;
    result.push_back(std::move(line));
  }
  return result;
}

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const std::string_view word = text.substr(0, text.find_first_of(kBlank));
  text = trim(text.substr(word.size()));
  return word;
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.front() != '.' &&
         std::ranges::all_of(text, allowed);
}

std::optional<base::Time> seconds(std::string_view text) {
  const auto value = scaled(text, 9, 1'000'000'000'000'000'000);
  if (!value) return {};
  return base::Time(static_cast<std::int64_t>(*value));
}

std::optional<base::Time> duration(std::string_view text) {
  constexpr std::array<Unit, 4> units{{{"ns", 0}, {"us", 3}, {"ms", 6}, {"s", 9}}};
  const auto value = with_unit(text, units, 1'000'000'000'000);
  if (!value) return {};
  return base::Time(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> rate(std::string_view text) {
  constexpr std::array<Unit, 5> units{{{"bps", 0}, {"kbps", 3}, {"Kbps", 3}, {"Mbps", 6}, {"Gbps", 9}}};
  return with_unit(text, units, 1'000'000'000'000'000);
}

std::optional<double> probability(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto value = scaled(text, 12, percent ? 100'000'000'000'000 : 1'000'000'000'000);
  if (!value) return {};
  return static_cast<double>(*value) / (percent ? 1e14 : 1e12);
}

std::string seconds_text(base::Time time) {
  std::string text = fmt::format("{}.{:09}", time.count() / 1'000'000'000, time.count() % 1'000'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace lvs::control::lab_text
