// SPDX-License-Identifier: GPL-2.0-or-later
// The reader of tokens behind parse_commands(). Internal to parser.cc and parser-compound.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/shell/words.h"

namespace lvs::control {

class Parser {
 public:
  Parser(std::vector<Token> tokens, ParseContext context) : tokens_(std::move(tokens)), context_(std::move(context)) {}

  base::Result<CommandList, SyntaxError> run();

 private:
  static constexpr unsigned kDeepest = 40;  // compound commands within each other

  TokenKind kind() const { return tokens_[at_].kind; }
  bool at_end() const { return at_ == tokens_.size(); }
  bool is(TokenKind wanted) const { return !at_end() && kind() == wanted; }
  bool at_newline() const { return is(TokenKind::semicolon) && tokens_[at_].word.text() == "\n"; }
  // The next token as an unquoted word; "" if it is none.
  std::string reserved() const;
  bool at_list_end() const;
  bool at_redirection() const;
  // NAME ( ) stands here.
  bool at_function() const;

  void fail(SyntaxError error);
  // `expecting`: what dash misses here.
  void unexpected(std::string_view expecting = {});
  void expect(std::string_view word, std::string_view expecting = {});
  void skip_newlines();

  // parser.cc
  void find_functions();
  CommandList list(std::string_view end = {});  // the word that ends it, for the message
  CommandList body(std::string_view end);       // a list that must have a command
  Chain chain(std::string_view end);
  Pipeline pipeline();
  ShellCommand command();
  ShellCommand simple();
  void resolve(SimpleCommand& simple);
  bool may_be_function(const std::string& name) const;
  Redirection redirection();
  void take_redirection(std::vector<Redirection>& all);

  // parser-compound.cc
  ShellCommand compound(const std::string& word);
  ShellCommand function();
  void for_each(Compound& loop);
  void loop(Compound& loop, bool until);
  void branch(Compound& choice);
  void choice(Compound& choice);

  // parser-bash.cc
  ShellCommand condition();
  ShellCommand arithmetic(const std::string& expression, std::size_t column);
  ShellCommand counting_loop();
  bool at_array() const;
  void array(SimpleCommand& simple);
  ShellCommand then_more(ShellCommand first);

  std::vector<Token> tokens_;
  ParseContext context_;
  unsigned depth_ = 0;
  std::size_t at_ = 0;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace lvs::control
