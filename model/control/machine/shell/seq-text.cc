// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/seq-text.h"

#include <algorithm>

#include "base/numbers.h"

namespace lvs::control {
namespace {

constexpr std::int64_t kMostLines = 1'000'000;

struct Range {
  std::int64_t first = 1, step = 1, last = 1;
  std::string separator = "\n";
  bool same_width = false;  // -w
};

// With zeros in front, behind the sign.
std::string padded(std::int64_t value, std::size_t width) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  const std::size_t sign = value < 0 ? 1 : 0;
  if (digits.size() + sign < width) digits.insert(0, width - sign - digits.size(), '0');
  return (value < 0 ? "-" : "") + digits;
}

}  // namespace

std::optional<std::int64_t> seq_number(const std::string& text) {
  const auto value = base::number<std::int64_t>(std::string_view(text).substr(text.starts_with('+') ? 1 : 0));
  const bool fits = value && *value > -1'000'000'000'000 && *value < 1'000'000'000'000;
  return fits ? value : std::nullopt;
}

std::optional<std::string> seq_text(const std::vector<Word>& words) {
  Range range;
  std::size_t next = 1;
  for (; next + 1 < words.size(); ++next) {
    if (words[next].text == "-w")
      range.same_width = true;
    else if (words[next].text == "-s")
      range.separator = words[++next].text;
    else if (words[next].text.starts_with("-s"))
      range.separator = words[next].text.substr(2);
    else
      break;
  }
  std::vector<std::int64_t> numbers;
  for (; next < words.size(); ++next) {
    const auto number = seq_number(words[next].text);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.empty() || numbers.size() > 3) return std::nullopt;
  range.last = numbers.back();
  if (numbers.size() > 1) range.first = numbers.front();
  if (numbers.size() > 2) range.step = numbers[1];
  if (range.step == 0 || (range.last - range.first) / range.step >= kMostLines) return std::nullopt;
  std::size_t width = 0;
  if (range.same_width) {
    const std::int64_t end = range.first + (range.last - range.first) / range.step * range.step;
    width = std::max(std::to_string(range.first).size(), std::to_string(end).size());
  }
  std::string text;
  for (std::int64_t i = range.first; range.step > 0 ? i <= range.last : i >= range.last; i += range.step)
    text += (text.empty() ? "" : range.separator) + padded(i, width);
  if (!text.empty()) text += '\n';
  return text;
}

}  // namespace lvs::control
