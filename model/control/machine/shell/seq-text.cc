// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/seq-text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lvs::control {
namespace {

constexpr long double kMostLines = 1'000'000;
constexpr std::string_view kHint = "Try 'seq --help' for more information.\n";

// An operand (seq.c: scan_arg()).
struct Operand {
  long double value = 1;
  std::size_t width = 1, precision = 0;
};

Operand operand_of(const std::string& text) {
  Operand operand{std::strtold(text.c_str(), nullptr), text.size(), 0};
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return operand;
  operand.precision = text.size() - point - 1;
  if (operand.precision == 0)
    --operand.width;
  else if (point == 0 || text[point - 1] == '-' || text[point - 1] == '+')
    ++operand.width;
  return operand;
}

struct Range {
  std::string separator = "\n";
  std::optional<std::string> format;  // -f
  bool same_width = false;            // -w
  Operand first, step, last;
};

// A format of printf(3) for long double, with the lengths of what stands around the number.
struct Layout {
  std::string format;
  std::size_t before = 0, behind = 0;
};

// Kernel of -f (seq.c: long_double_format()); the error is what is wrong with it.
std::string read_format(const std::string& text, Layout& layout) {
  const auto wrong = [&](std::string_view what) { return fmt::format("seq: format '{}' {}\n", text, what); };
  const auto single = [&](std::size_t at) { return text[at] == '%' && text.substr(at + 1, 1) != "%"; };
  std::size_t at = 0;
  for (; at < text.size() && !single(at); at += text[at] == '%' ? 2 : 1) ++layout.before;
  if (at >= text.size()) return wrong("has no % directive");
  at = std::min(text.find_first_not_of("-+#0 '", at + 1), text.size());
  at = std::min(text.find_first_not_of("0123456789", at), text.size());
  if (text.substr(at, 1) == ".") at = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  const std::size_t modifier = at;
  if (text.substr(at, 1) == "L") ++at;
  if (at == text.size()) return wrong("ends in %");
  if (std::string_view("efgaEFGA").find(text[at]) == std::string_view::npos)
    return wrong(fmt::format("has unknown %{} directive", text[at]));
  const std::size_t conversion = at++;
  for (; at < text.size(); at += text[at] == '%' ? 2 : 1) {
    if (single(at)) return wrong("has too many % directives");
    ++layout.behind;
  }
  layout.format = text.substr(0, modifier) + "L" + text.substr(conversion);
  return {};
}

// seq.c: get_default_format().
std::string usual_format(const Range& range) {
  const std::size_t precision = std::max(range.first.precision, range.step.precision);
  if (!range.same_width) return fmt::format("%.{}Lf", precision);
  std::size_t first = range.first.width + (precision - range.first.precision);
  std::size_t last = range.last.width + precision - range.last.precision;
  if (range.last.precision != 0 && precision == 0) --last;
  if (range.last.precision == 0 && precision != 0) ++last;
  if (range.first.precision == 0 && precision != 0) ++first;
  return fmt::format("%0{}.{}Lf", std::max(first, last), precision);
}

std::string printed(const Layout& layout, long double value) {
  // The formats have been read: one conversion of a long double.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int length = std::snprintf(nullptr, 0, layout.format.c_str(), value);
  std::string text(static_cast<std::size_t>(std::max(length, 0)) + 1, '\0');
  std::snprintf(text.data(), text.size(), layout.format.c_str(), value);
#pragma GCC diagnostic pop
  text.pop_back();
  return text;
}

// seq.c: print_numbers().
std::string lines_of(const Range& range, const Layout& layout) {
  const long double first = range.first.value, step = range.step.value, last = range.last.value;
  const auto beyond = [&](long double value) { return step < 0 ? value < last : last < value; };
  if (beyond(first)) return {};
  std::string text;
  long double value = first;
  bool over = false;
  for (long double i = 1;; ++i) {
    const std::string shown = printed(layout, value);
    text += shown;
    if (over) break;
    value = first + i * step;
    over = beyond(value);
    if (over) {
      // What lies past the end by rounding alone is printed all the same.
      const std::string next = printed(layout, value);
      const std::string number = next.substr(layout.before, next.size() - layout.before - layout.behind);
      if (std::strtold(number.c_str(), nullptr) != last || next == shown) break;
    }
    text += range.separator;
  }
  return text + "\n";
}

// The options; where the operands begin, or nothing for one that is not modelled.
std::optional<std::size_t> read_options(const std::vector<Word>& words, Range& range) {
  std::size_t next = 1;
  for (; next < words.size(); ++next) {
    const std::string& text = words[next].text;
    if (text.size() < 2 || text[0] != '-' || is_seq_number(text)) return next;
    if (text == "--") return next + 1;
    if (text == "--equal-width") {
      range.same_width = true;
    } else if (text.starts_with("--separator=")) {
      range.separator = text.substr(text.find('=') + 1);
    } else if (text.starts_with("--format=")) {
      range.format = text.substr(text.find('=') + 1);
    } else if (text.starts_with("--")) {
      return std::nullopt;
    } else {
      const std::size_t letter = text.find_first_not_of('w', 1);
      range.same_width = range.same_width || text[1] == 'w';
      if (letter == std::string::npos) continue;
      if ((text[letter] != 's' && text[letter] != 'f') || (letter + 1 == text.size() && next + 1 == words.size()))
        return std::nullopt;
      const std::string value = letter + 1 < text.size() ? text.substr(letter + 1) : words[++next].text;
      if (text[letter] == 's')
        range.separator = value;
      else
        range.format = value;
    }
  }
  return next;
}

// A width or a precision of this many digits would fill the memory.
bool is_wide(std::string_view format) {
  std::size_t digits = 0;
  for (const char c : format) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 3) return true;
  }
  return false;
}

}  // namespace

bool is_seq_number(const std::string& text) {
  constexpr std::size_t kLongest = 16;
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::string_view digits = std::string_view(text).substr(sign);
  return digits.size() <= kLongest && digits.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::ranges::count(digits, '.') <= 1 && digits.find_first_of("0123456789") != std::string_view::npos;
}

std::optional<SeqOutput> seq_output(const std::vector<Word>& words) {
  Range range;
  const auto begin = read_options(words, range);
  if (!begin || *begin >= words.size() || words.size() - *begin > 3) return std::nullopt;
  std::vector<Operand> operands;
  for (std::size_t i = *begin; i < words.size(); ++i) {
    if (!is_seq_number(words[i].text)) return std::nullopt;
    operands.push_back(operand_of(words[i].text));
  }
  range.last = operands.back();
  if (operands.size() > 1) range.first = operands.front();
  if (operands.size() > 2) range.step = operands[1];
  Layout layout;
  if (range.format) {
    if (is_wide(*range.format)) return std::nullopt;
    if (std::string wrong = read_format(*range.format, layout); !wrong.empty()) return SeqOutput{{}, std::move(wrong)};
    if (range.same_width)
      return SeqOutput{
          {}, fmt::format("seq: format string may not be specified when printing equal width strings\n{}", kHint)};
  } else {
    layout.format = usual_format(range);
  }
  if (range.step.value == 0)
    return SeqOutput{{},
                     fmt::format("seq: invalid Zero increment value: '{}'\n{}", words[words.size() - 2].text, kHint)};
  if ((range.last.value - range.first.value) / range.step.value >= kMostLines) return std::nullopt;
  return SeqOutput{lines_of(range, layout), {}};
}

}  // namespace lvs::control
