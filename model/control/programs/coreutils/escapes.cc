// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/escapes.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace lvs::control {
namespace {

std::optional<unsigned> digit(char c, unsigned base) {
  const unsigned value = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                         : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                                                : base;
  return value < base ? std::optional(value) : std::nullopt;
}

// At most `most` digits of this base; nothing where there is none.
std::optional<std::uint32_t> take_digits(std::string_view& text, unsigned base, std::size_t most) {
  std::optional<std::uint32_t> value;
  for (std::size_t i = 0; i < most && !text.empty(); ++i) {
    const auto next = digit(text[0], base);
    if (!next) break;
    value = value.value_or(0) * base + *next;
    text.remove_prefix(1);
  }
  return value;
}

// bash in the locale C, which has no such characters.
void append_code(std::uint32_t code, std::string& out) {
  if (code < 0x80)
    out += static_cast<char>(code);
  else
    out += code <= 0xffff ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
}

}  // namespace

bool take_escape(std::string_view& text, const EscapeRules& rules, std::string& out) {
  text.remove_prefix(1);
  if (text.empty()) {
    out += '\\';
    return true;
  }
  const char c = text[0];
  if (c == '0' && rules.zero_octal) {
    text.remove_prefix(1);
    out += static_cast<char>(take_digits(text, 8, 3).value_or(0));
    return true;
  }
  if (digit(c, 8) && rules.plain_octal) {
    out += static_cast<char>(*take_digits(text, 8, 3));
    return true;
  }
  text.remove_prefix(1);
  if (c == 'c' && rules.ends) return false;
  const std::size_t most = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (rules.hex && most != 0) {
    const auto code = take_digits(text, 16, most);
    if (!code)
      (out += '\\') += c;
    else if (c == 'x')
      out += static_cast<char>(*code);
    else
      append_code(*code, out);
    return true;
  }
  constexpr std::string_view kLetters = "abfnrtv\\", kValues = "\a\b\f\n\r\t\v\\";
  if (const std::size_t at = kLetters.find(c); at != std::string_view::npos)
    out += kValues[at];
  else if (rules.escape.find(c) != std::string_view::npos)
    out += '\033';
  else if (rules.extra.find(c) != std::string_view::npos)
    out += c;
  else
    (out += '\\') += c;
  return true;
}

bool append_unescaped(std::string_view text, const EscapeRules& rules, std::string& out) {
  while (!text.empty()) {
    const std::string_view plain = text.substr(0, text.find('\\'));
    out += plain;
    text.remove_prefix(plain.size());
    if (!text.empty() && !take_escape(text, rules, out)) return false;
  }
  return true;
}

}  // namespace lvs::control
