// SPDX-License-Identifier: GPL-2.0-or-later
// Perl's regular expressions as far as they can be said in POSIX's.
#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

// "\d" in and outside of brackets; nullptr: the letter has no such meaning.
std::string_view class_of(char letter) {
  switch (letter) {
    case 'd': return "0-9";
    case 'w': return "A-Za-z0-9_";
    case 's': return " \t\n\r\f\v";
    default: return {};
  }
}

// False: `why` says what is not modelled.
bool take_escape(char letter, bool in_set, std::string& to, std::string& why) {
  if (const std::string_view inside = class_of(letter); !inside.empty()) {
    to += in_set ? std::string(inside) : fmt::format("[{}]", inside);
    return true;
  }
  if (letter == 'D' || letter == 'W' || letter == 'S') {
    if (!in_set) {
      to += fmt::format("[^{}]", class_of(static_cast<char>(std::tolower(letter))));
      return true;
    }
  } else if (letter == 'b' && !in_set) {
    to += "\\b";
    return true;
  } else if (std::isalnum(static_cast<unsigned char>(letter)) == 0) {
    if (in_set && (letter == ']' || letter == '^' || letter == '-' || letter == '\\')) {
      why = fmt::format("\"\\{}\" in a set of a regular expression is not modelled", letter);
      return false;
    }
    if (!in_set && std::string_view(".[]{}()*+?|^$\\").find(letter) != std::string_view::npos) to += '\\';
    to += letter;
    return true;
  }
  why = fmt::format("\"\\{}\" in a regular expression is not modelled", letter);
  return false;
}

bool translate(std::string_view text, std::string& to, std::string& why) {
  bool in_set = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      if (!take_escape(text[++i], in_set, to, why)) return false;
      continue;
    }
    if (in_set) {
      in_set = c != ']';
      to += c;
      continue;
    }
    if (c == '(' && text.substr(i).starts_with("(?")) {
      why = "\"(?\" in a regular expression is not modelled";
      return false;
    }
    const bool repeats =
        i > 0 && (text[i - 1] == '*' || text[i - 1] == '+' || text[i - 1] == '?' || text[i - 1] == '}');
    if ((c == '?' || c == '+') && repeats && (i < 2 || text[i - 2] != '\\')) {
      why = "lazy and possessive repetitions are not modelled";
      return false;
    }
    to += c;
    if (c != '[') continue;
    in_set = true;
    if (i + 1 < text.size() && text[i + 1] == '^') to += text[++i];
    if (i + 1 < text.size() && text[i + 1] == ']') to += text[++i];
  }
  return true;
}

}  // namespace

std::shared_ptr<const control::Regex> read_regex(ConfReader& r, const std::string& text, bool ignore_case) {
  std::string translated, why;
  if (!translate(text, translated, why)) {
    r.refuse(text, why);
    return nullptr;
  }
  auto compiled =
      control::Regex::compile(translated, {.syntax = control::Regex::Syntax::extended, .ignore_case = ignore_case});
  if (compiled) return std::make_shared<const control::Regex>(std::move(*compiled));
  r.refuse(text, "this regular expression is not modelled: " + compiled.error());
  return nullptr;
}

}  // namespace lvs::nginx
