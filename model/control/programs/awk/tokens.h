// SPDX-License-Identifier: GPL-2.0-or-later
// Words and signs of an awk program. A slash is a division or begins an expression: the parser knows which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lvs::control::awk {

struct Token {
  enum class Kind : std::uint8_t { end, newline, number, text, name, call, sign };
  Kind kind = Kind::end;
  std::string text;  // name, sign, or the value of a text; call: a name with ( right behind it
  double number = 0;
  std::string_view rest;  // of the program, from this token on
};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { advance(); }

  const Token& now() const { return token_; }
  bool is(std::string_view sign) const { return token_.kind == Token::Kind::sign && token_.text == sign; }
  bool word(std::string_view name) const {
    return (token_.kind == Token::Kind::name || token_.kind == Token::Kind::call) && token_.text == name;
  }
  bool take(std::string_view sign);
  void advance();
  void skip_newlines();
  // From the slash (or /=) that now() is: the expression, its end taken too. False: it does not end.
  bool take_regex(std::string& expression);
  const std::string& error() const { return error_; }

 private:
  void skip_blanks();
  void take_text();
  void take_number();

  std::string_view text_;
  Token token_;
  std::string error_;
};

}  // namespace lvs::control::awk
