// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/format.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>

#include "base/numbers.h"

namespace lvs::control::awk {
namespace {

constexpr unsigned kWidest = 4000;
constexpr std::string_view kFloats = "eEfFgG", kWholes = "di", kUnsigned = "ouxX";

std::string padded(std::string text, const std::string& flags, unsigned width) {
  if (text.size() >= width) return text;
  const std::string blanks(width - text.size(), ' ');
  return flags.find('-') != std::string::npos ? text + blanks : blanks + text;
}

// mawk prints an int and an unsigned int, and the last of them for what is beyond.
std::int64_t whole(double number, bool is_unsigned = false) {
  if (std::isnan(number)) return std::numeric_limits<std::int32_t>::min();
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  constexpr double kMostUnsigned = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::int64_t>(std::clamp(number, -kMost, is_unsigned ? kMostUnsigned : kMost));
}

class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> arguments, std::string_view convfmt, std::string& out)
      : format_(format), arguments_(arguments), convfmt_(convfmt), out_(out) {}

  bool run() {
    while (!format_.empty()) {
      const std::size_t percent = std::min(format_.find('%'), format_.size());
      out_.append(format_.substr(0, percent));
      format_.remove_prefix(percent);
      if (format_.empty()) break;
      format_.remove_prefix(1);
      if (format_.starts_with('%')) {
        out_ += '%';
        format_.remove_prefix(1);
      } else if (!conversion()) {
        out_ = why_;
        return false;
      }
    }
    return true;
  }

 private:
  bool take_argument(Value& value) {
    if (next_ < arguments_.size()) return value = arguments_[next_++], true;
    why_ = "not enough arguments passed to sprintf";
    return false;
  }

  bool count(std::optional<unsigned>& value) {
    if (format_.starts_with('*')) {
      format_.remove_prefix(1);
      Value argument;
      if (!take_argument(argument)) return false;
      value = static_cast<unsigned>(std::clamp(argument.number(), 0.0, 1e6));
    } else if (const auto number = base::take_number<unsigned>(format_)) {
      value = *number;
    }
    why_ = "a width that is not modelled";
    return value.value_or(0) <= kWidest;
  }

  bool conversion() {
    std::string flags;
    while (!format_.empty() && std::string_view("-+ #0").find(format_[0]) != std::string_view::npos) {
      flags += format_[0];
      format_.remove_prefix(1);
    }
    std::optional<unsigned> width, precision;
    if (!count(width)) return false;
    if (format_.starts_with('.')) {
      format_.remove_prefix(1);
      precision = 0;
      if (!count(precision)) return false;
    }
    while (format_.starts_with('l') || format_.starts_with('h')) format_.remove_prefix(1);
    why_ = "bad conversion";
    if (format_.empty()) return false;
    const char letter = format_[0];
    format_.remove_prefix(1);
    Value argument;
    const bool known = letter == 's' || letter == 'c' || is_number(letter);
    if (!known || !take_argument(argument)) return false;
    if (letter == 's') {
      std::string text = argument.text(convfmt_);
      if (precision) text = text.substr(0, *precision);
      out_ += padded(std::move(text), flags, width.value_or(0));
    } else if (letter == 'c') {
      const bool code = argument.numeric() && !argument.unset();
      const std::string text =
          code ? std::string(1, static_cast<char>(whole(argument.number()))) : argument.text(convfmt_).substr(0, 1);
      out_ += padded(text, flags, width.value_or(0));
    } else {
      number(letter, flags, width, precision, argument.number());
    }
    return true;
  }

  static bool is_number(char letter) {
    return kFloats.find(letter) != std::string_view::npos || kWholes.find(letter) != std::string_view::npos ||
           kUnsigned.find(letter) != std::string_view::npos;
  }

  void number(char letter, const std::string& flags, std::optional<unsigned> width, std::optional<unsigned> precision,
              double value) {
    std::string spec = "%" + flags;
    if (width) spec += std::to_string(*width);
    if (precision) spec += "." + std::to_string(*precision);
    const bool floating = kFloats.find(letter) != std::string_view::npos;
    if (!floating) spec += "j";
    spec += letter;
    std::string buffer(kWidest * 2 + 400, '\0');
    int length = 0;
    if (floating) {
      length = std::snprintf(buffer.data(), buffer.size(), spec.c_str(), value);
    } else if (kWholes.find(letter) != std::string_view::npos) {
      length = std::snprintf(buffer.data(), buffer.size(), spec.c_str(), static_cast<std::intmax_t>(whole(value)));
    } else {
      length = std::snprintf(buffer.data(), buffer.size(), spec.c_str(),
                             static_cast<std::uintmax_t>(static_cast<std::uint32_t>(whole(value, true))));
    }
    buffer.resize(static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(buffer.size()) - 1)));
    out_ += buffer;
  }

  std::string_view format_;
  std::span<const Value> arguments_;
  std::string_view convfmt_;
  std::string& out_;
  std::string why_;
  std::size_t next_ = 0;
};

}  // namespace

bool format_values(std::string_view format, std::span<const Value> arguments, std::string_view convfmt,
                   std::string& out) {
  out.clear();
  return Formatter(format, arguments, convfmt, out).run();
}

bool is_number_format(std::string_view format) {
  if (!format.starts_with('%')) return false;
  format.remove_prefix(1);
  while (!format.empty() && std::string_view("-+ 0.123456789").find(format[0]) != std::string_view::npos)
    format.remove_prefix(1);
  return format.size() == 1 && kFloats.find(format[0]) != std::string_view::npos;
}

}  // namespace lvs::control::awk
