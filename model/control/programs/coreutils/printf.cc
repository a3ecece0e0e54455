// SPDX-License-Identifier: GPL-2.0-or-later
// printf as built into dash: %s %b %c %d %i %u %x %X %o %%, widths and precisions, the format again for more arguments;
// and echo of bash.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/numbers.h"
#include "control/machine/registry.h"

namespace lvs::control {
namespace {

constexpr std::size_t kWidest = 4096;
constexpr std::size_t kLongest = 1 << 20;

// A backslash sequence at the front of `text`, which is taken; false: \c, all output ends.
bool take_escape(std::string_view& text, std::string& out, bool octal_with_zero) {
  text.remove_prefix(1);
  if (text.empty()) {
    out += '\\';
    return true;
  }
  const char c = text[0];
  if (c >= '0' && c <= '7') {
    if (octal_with_zero && c == '0') text.remove_prefix(1);
    unsigned value = 0;
    for (int i = 0; i < 3 && !text.empty() && text[0] >= '0' && text[0] <= '7'; ++i) {
      value = value * 8 + static_cast<unsigned>(text[0] - '0');
      text.remove_prefix(1);
    }
    out += static_cast<char>(static_cast<std::uint8_t>(value));
    return true;
  }
  text.remove_prefix(1);
  constexpr std::string_view kLetters = "abefnrtv\\", kValues = "\a\b\033\f\n\r\t\v\\";
  const std::size_t at = kLetters.find(c);
  if (c == 'c') return false;
  if (at != std::string_view::npos)
    out += kValues[at];
  else
    (out += '\\') += c;
  return true;
}

class Printer {
 public:
  explicit Printer(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  void run(std::string_view format) {
    do {
      const std::size_t before = next_;
      once(format);
      if (next_ == before || ended_ || status != 0) break;
    } while (next_ < arguments_.size() && out.size() < kLongest);
  }

  std::string out, err;
  int status = 0;

 private:
  std::string take() { return next_ < arguments_.size() ? arguments_[next_++] : (++next_, std::string()); }

  void once(std::string_view format) {
    while (!format.empty() && !ended_) {
      if (format[0] == '\\') {
        ended_ = !take_escape(format, out, false);
      } else if (format[0] == '%') {
        format.remove_prefix(1);
        directive(format);
      } else {
        out += format[0];
        format.remove_prefix(1);
      }
    }
  }

  std::size_t take_number(std::string_view& format) {
    if (format.starts_with('*')) {
      format.remove_prefix(1);
      return static_cast<std::size_t>(std::clamp<std::int64_t>(value_of(take()), 0, kWidest));
    }
    std::size_t value = 0;
    while (!format.empty() && format[0] >= '0' && format[0] <= '9') {
      value = std::min(value * 10 + static_cast<std::size_t>(format[0] - '0'), kWidest);
      format.remove_prefix(1);
    }
    return value;
  }

  void directive(std::string_view& format) {
    if (format.starts_with('%')) {
      out += '%';
      format.remove_prefix(1);
      return;
    }
    bool left = false, zero = false, plus = false, blank = false, prefix = false;
    const std::string_view whole = format;
    for (; !format.empty(); format.remove_prefix(1)) {
      if (format[0] == '-')
        left = true;
      else if (format[0] == '0')
        zero = true;
      else if (format[0] == '+')
        plus = true;
      else if (format[0] == ' ')
        blank = true;
      else if (format[0] == '#')
        prefix = true;
      else
        break;
    }
    const std::size_t width = take_number(format);
    std::optional<std::size_t> precision;
    if (format.starts_with('.')) {
      format.remove_prefix(1);
      precision = take_number(format);
    }
    const char letter = format.empty() ? '\0' : format[0];
    if (!format.empty()) format.remove_prefix(1);
    std::string text;
    switch (letter) {
      case 's':
        text = take();
        zero = false;
        break;
      case 'b':
        text = unescaped(take());
        zero = false;
        break;
      case 'c':
        text = take().substr(0, 1);
        zero = false;
        break;
      case 'd':
      case 'i': text = digits(value_of(take()), 10, plus, blank); break;
      case 'u': text = fmt::format("{}", static_cast<std::uint64_t>(value_of(take()))); break;
      case 'x': text = fmt::format("{}{:x}", prefix ? "0x" : "", static_cast<std::uint64_t>(value_of(take()))); break;
      case 'X': text = fmt::format("{}{:X}", prefix ? "0X" : "", static_cast<std::uint64_t>(value_of(take()))); break;
      case 'o': text = fmt::format("{}{:o}", prefix ? "0" : "", static_cast<std::uint64_t>(value_of(take()))); break;
      default:
        err +=
            fmt::format("/bin/sh: 1: printf: %{}: invalid directive\n", whole.substr(0, whole.size() - format.size()));
        status = 2;
        ended_ = true;
        return;
    }
    if (precision && (letter == 's' || letter == 'b')) text.resize(std::min(text.size(), *precision));
    pad(std::move(text), width, left, zero);
  }

  void pad(std::string text, std::size_t width, bool left, bool zero) {
    const std::size_t missing = width > text.size() ? width - text.size() : 0;
    if (left) {
      out += text + std::string(missing, ' ');
    } else if (zero) {
      const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
      out += text.substr(0, sign ? 1 : 0) + std::string(missing, '0') + text.substr(sign ? 1 : 0);
    } else {
      out += std::string(missing, ' ') + text;
    }
  }

  static std::string digits(std::int64_t value, int, bool plus, bool blank) {
    const std::string text = std::to_string(value);
    if (value < 0) return text;
    return (plus ? "+" : blank ? " " : "") + text;
  }

  std::string unescaped(std::string_view text) {
    std::string result;
    while (!text.empty()) {
      if (text[0] != '\\') {
        result += text[0];
        text.remove_prefix(1);
      } else if (!take_escape(text, result, true)) {
        ended_ = true;
        break;
      }
    }
    return result;
  }

  std::int64_t value_of(const std::string& text) {
    if (text.empty()) return 0;
    if (text[0] == '\'' || text[0] == '"') return text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
    std::string_view rest = text;
    const bool negative = rest[0] == '-';
    if (negative || rest[0] == '+') rest.remove_prefix(1);
    const int base = base::take_base(rest);
    std::string_view left = rest;
    const auto value = base::take_number<std::int64_t>(left, base);
    if (!value || !left.empty()) {
      err += fmt::format("/bin/sh: 1: printf: {}: {}\n", text,
                         value ? "not completely converted" : "expected numeric value");
      status_of_value_ = 1;
    }
    return negative ? -value.value_or(0) : value.value_or(0);
  }

 public:
  int result() const { return status != 0 ? status : status_of_value_; }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  bool ended_ = false;
  int status_of_value_ = 0;
};

}  // namespace

CommandResultOrError parse_printf(const std::vector<Word>& words) {
  std::size_t first = 1;
  if (words.size() > 1 && words[1].text == "--") first = 2;
  if (words.size() <= first) return refusal(2, "/bin/sh: 1: printf: usage: printf format [arg ...]\n");
  std::vector<std::string> arguments;
  for (std::size_t i = first + 1; i < words.size(); ++i) arguments.push_back(words[i].text);
  Printer printer(arguments);
  printer.run(words[first].text);
  return refusal(printer.result(), std::move(printer.err), std::move(printer.out));
}

CommandResultOrError parse_bash_echo(const std::vector<Word>& words) {
  bool newline = true, escapes = false;
  std::size_t i = 1;
  for (; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() < 2 || word[0] != '-' || word.find_first_not_of("neE", 1) != std::string::npos) break;
    for (const char letter : word.substr(1)) {
      if (letter == 'n')
        newline = false;
      else
        escapes = letter == 'e';
    }
  }
  std::string out;
  for (std::size_t first = i; i < words.size(); ++i) {
    if (i > first) out += ' ';
    std::string_view text = words[i].text;
    while (!text.empty()) {
      if (text[0] != '\\' || !escapes) {
        out += text[0];
        text.remove_prefix(1);
      } else if (!take_escape(text, out, true)) {
        return refusal(0, {}, std::move(out));
      }
    }
  }
  if (newline) out += '\n';
  return refusal(0, {}, std::move(out));
}

}  // namespace lvs::control
