// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/seq.h"

#include <fmt/format.h>

#include <charconv>

#include "control/machine/registry.h"

namespace lvs::control {
namespace {

constexpr std::int64_t kMostLines = 1'000'000;

std::optional<std::int64_t> whole(const std::string& text) {
  std::int64_t value = 0;
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, problem] = std::from_chars(begin, text.data() + text.size(), value);
  const bool fits = value > -1'000'000'000'000 && value < 1'000'000'000'000;
  return problem == std::errc() && end == text.data() + text.size() && fits ? std::optional(value) : std::nullopt;
}

struct Range {
  std::int64_t first = 1, step = 1, last = 1;
  std::string separator = "\n";
};

}  // namespace

std::optional<std::string> seq_text(const std::vector<Word>& words) {
  Range range;
  std::size_t next = 1;
  if (next + 1 < words.size() && words[next].text == "-s") {
    range.separator = words[next + 1].text;
    next += 2;
  }
  std::vector<std::int64_t> numbers;
  for (; next < words.size(); ++next) {
    const auto number = whole(words[next].text);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.empty() || numbers.size() > 3) return std::nullopt;
  range.last = numbers.back();
  if (numbers.size() > 1) range.first = numbers.front();
  if (numbers.size() > 2) range.step = numbers[1];
  if (range.step == 0 || (range.last - range.first) / range.step >= kMostLines) return std::nullopt;
  std::string text;
  for (std::int64_t i = range.first; range.step > 0 ? i <= range.last : i >= range.last; i += range.step)
    text += (text.empty() ? "" : range.separator) + std::to_string(i);
  if (!text.empty()) text += '\n';
  return text;
}

CommandResultOrError parse_seq(const std::vector<Word>& words) {
  constexpr std::string_view kHint = "Try 'seq --help' for more information.\n";
  if (auto text = seq_text(words))
    return instant([text = std::move(*text)](Machine&, Io& io) {
      io.print(text);
      return 0;
    });
  if (words.size() == 1) return refusal(1, fmt::format("seq: missing operand\n{}", kHint));
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& text = words[i].text;
    if (whole(text)) continue;
    const bool number = text.find_first_not_of("0123456789.+-e") == std::string::npos;
    if (number || text.starts_with('-'))
      return base::Error{SyntaxError{words[i].column, text, "not modelled here", "whole numbers, -s SEPARATOR"}};
    return refusal(1, fmt::format("seq: invalid floating point argument: '{}'\n{}", text, kHint));
  }
  if (words.size() > 4) return refusal(1, fmt::format("seq: extra operand '{}'\n{}", words[4].text, kHint));
  return base::Error{
      SyntaxError{words[0].column, words[0].text, "these numbers are not modelled", "up to a million lines"}};
}

}  // namespace lvs::control
