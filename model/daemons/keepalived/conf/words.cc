// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/words.h"

#include <fmt/format.h>

#include <cctype>

namespace lvs::keepalived {
namespace {

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return std::tolower(static_cast<unsigned char>(c)) - 'a' + 10;
}

char escaped_letter(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'E': return '\x1b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return c;
  }
}

// The character that a backslash in front of text[at] stands for; `at` is moved behind it.
char take_escape(std::string_view text, std::size_t& at) {
  const auto has = [&](std::size_t n) { return at + n < text.size(); };
  int value = 0;
  if (text[at] == 'x' && has(1) && is_hex(text[at + 1])) {
    for (++at; has(0) && is_hex(text[at]); ++at) value = (value << 4 | hex_value(text[at])) & 0xff;
    return static_cast<char>(value);
  }
  if (text[at] == 'c' && has(1)) {
    at += 2;
    return static_cast<char>(text[at - 1] & 0x1f);
  }
  if (is_octal(text[at])) {
    for (int n = 0; n < 3 && has(0) && is_octal(text[at]); ++n, ++at) value = (value << 3 | (text[at] - '0')) & 0xff;
    return static_cast<char>(value);
  }
  return escaped_letter(text[at++]);
}

}  // namespace

ConfWords split_words(std::string_view line, ConfReport& report) {
  ConfWords words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(kConfBlanks, at)) != std::string_view::npos) {
    std::size_t end = 0;
    if (line[at] == '"') {
      end = line.find('"', at + 1);
      if (end == std::string_view::npos) {
        report.error(ConfStatus::unmatched_quote, fmt::format("Unmatched quote: '{}'", line));
        break;
      }
      words.emplace_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
      continue;
    }
    end = at;
    while (end < line.size() && line[end] != '"' && kConfBlanks.find(line[end]) == std::string_view::npos) ++end;
    words.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<ConfWords> split_quoted(std::string_view line, ConfReport& report) {
  ConfWords words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(kConfBlanks, at)) != std::string_view::npos) {
    std::string word;
    char quote = 0;
    while (at < line.size()) {
      const char c = line[at];
      if (c == '\\') {
        if (++at == line.size()) {
          report.log(fmt::format("Missing escape char at end: '{}'", line));
          return std::nullopt;
        }
        word += take_escape(line, at);
      } else if (quote != 0 ? c == quote : c == '"' || c == '\'') {
        quote = quote != 0 ? '\0' : c;
        ++at;
      } else if (quote == 0 && kConfBlanks.find(c) != std::string_view::npos) {
        break;
      } else {
        word += c;
        ++at;
      }
    }
    if (quote != 0) {
      report.error(ConfStatus::unmatched_quote, fmt::format("String '{}': missing terminating {}", line, quote));
      return std::nullopt;
    }
    words.push_back(std::move(word));
  }
  return words;
}

std::string without_comment(std::string_view line, ConfReport& report) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  line.remove_prefix(first);
  std::string kept;
  bool quote = false, comment = false, continued = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"' && !comment) quote = !quote;
    if (c == '\\') {
      if (at + 1 == line.size()) {
        continued = true;
        break;
      }
      const char next = line[++at];
      if (comment) continue;
      if (quote || (next != '#' && next != '!')) kept += c;
      kept += next;
      continue;
    }
    if (!quote && (c == '!' || c == '#')) comment = true;
    if (!comment) kept += c;
  }
  if (quote) report.error(fmt::format("Unterminated quote '{}'", line));
  kept.erase(kept.find_last_not_of(kBlanks) + 1);
  if (continued) kept += '\\';
  return kept;
}

std::optional<bool> true_or_false(std::string_view word) {
  if (word == "true" || word == "on" || word == "yes") return true;
  if (word == "false" || word == "off" || word == "no") return false;
  return std::nullopt;
}

}  // namespace lvs::keepalived
