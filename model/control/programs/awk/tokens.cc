// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/tokens.h"

#include <cctype>

#include "base/numbers.h"

namespace lvs::control::awk {
namespace {

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The longest first.
constexpr std::string_view kSigns[] = {
    "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "!~", ">>", "{", "}", "(", ")",
    "[",  "]",  ";",  ",",  "+",  "-",  "*",  "/",  "%",  "^",  "!",  ">",  "<",  "|",  "?",  ":",  "~", "$", "=", "&"};

}  // namespace

void Tokens::skip_blanks() {
  for (;;) {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r')) text_.remove_prefix(1);
    if (text_.starts_with("\\\n")) {
      text_.remove_prefix(2);
    } else if (text_.starts_with('#')) {
      text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
    } else {
      return;
    }
  }
}

void Tokens::advance() {
  skip_blanks();
  token_ = {};
  token_.rest = text_;
  if (text_.empty()) return;
  const char c = text_[0];
  if (c == '\n') {
    token_.kind = Token::Kind::newline;
    text_.remove_prefix(1);
  } else if (c == '"') {
    take_text();
  } else if (digit(c) || (c == '.' && text_.size() > 1 && digit(text_[1]))) {
    take_number();
  } else if (begins_name(c)) {
    std::size_t length = 1;
    while (length < text_.size() && in_name(text_[length])) ++length;
    token_.text = text_.substr(0, length);
    text_.remove_prefix(length);
    token_.kind = text_.starts_with('(') ? Token::Kind::call : Token::Kind::name;
  } else {
    token_.kind = Token::Kind::sign;
    for (const std::string_view sign : kSigns) {
      if (!text_.starts_with(sign)) continue;
      token_.text = sign;
      text_.remove_prefix(sign.size());
      return;
    }
    token_.text = c;
    text_.remove_prefix(1);
  }
}

void Tokens::take_number() {
  token_.kind = Token::Kind::number;
  token_.number = base::take_number<double>(text_).value_or(0);
}

void Tokens::take_text() {
  token_.kind = Token::Kind::text;
  text_.remove_prefix(1);
  while (!text_.empty() && text_[0] != '"' && text_[0] != '\n') {
    char c = text_[0];
    text_.remove_prefix(1);
    if (c == '\\' && !text_.empty()) {
      constexpr std::string_view kLetters = "\"\\/abfnrtv", kValues = "\"\\/\a\b\f\n\r\t\v";
      const std::size_t at = kLetters.find(text_[0]);
      if (text_[0] >= '0' && text_[0] <= '7') {
        unsigned value = 0;
        for (int i = 0; i < 3 && !text_.empty() && text_[0] >= '0' && text_[0] <= '7'; ++i, text_.remove_prefix(1))
          value = value * 8 + static_cast<unsigned>(text_[0] - '0');
        token_.text += static_cast<char>(value);
        continue;
      }
      if (at != std::string_view::npos) {
        c = kValues[at];
        text_.remove_prefix(1);
      }  // another stays with its backslash: it may be an expression's
    }
    token_.text += c;
  }
  if (text_.empty() || text_[0] == '\n') {
    error_ = "a text does not end";
    return;
  }
  text_.remove_prefix(1);
}

bool Tokens::take(std::string_view sign) {
  if (!is(sign)) return false;
  advance();
  return true;
}

void Tokens::skip_newlines() {
  while (token_.kind == Token::Kind::newline) advance();
}

bool Tokens::take_regex(std::string& expression) {
  std::string_view rest = token_.rest.substr(1);
  bool bracket = false;
  while (!rest.empty() && rest[0] != '\n' && (rest[0] != '/' || bracket)) {
    if (rest[0] == '\\' && rest.size() > 1) {
      if (rest[1] != '/') expression += '\\';
      rest.remove_prefix(1);
    } else if (rest[0] == '[') {
      bracket = true;
    } else if (rest[0] == ']') {
      bracket = false;
    }
    expression += rest[0];
    rest.remove_prefix(1);
  }
  if (!rest.starts_with('/')) return false;
  text_ = rest.substr(1);
  advance();
  return true;
}

}  // namespace lvs::control::awk
