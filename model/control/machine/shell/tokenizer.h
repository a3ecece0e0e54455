// SPDX-License-Identifier: GPL-2.0-or-later
// The reader of sh text behind tokenize(). Internal to words.cc and expansions.cc.
#pragma once

#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/words.h"

namespace lvs::control {

inline constexpr std::string_view kKnownSyntax =
    "words, quotes, \\, #, ;, &&, ||, &, |, >, >>, <, <<, 2>, 2>&1, $NAME, ${NAME}, ${NAME:-WORD} and its sisters, $1, "
    "$#, "
    "$@, $*, $?, $$, $!, $(...), $((...)), ( ), { }";

inline bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

inline bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// Where what was opened before `from` is closed by `close` again; quotes are stepped over.
std::optional<std::size_t> closing(std::string_view text, std::size_t from, char open, char close);
// The name at the front: of a variable, a number, or a special one.
std::string_view name_at(std::string_view text);
// NAME or, in bash, NAME[INDEX], at the beginning of what stands in braces.
std::string_view value_name_at(std::string_view inner, bool bash);
// Is there anything in an expression that is put in before it is computed?
bool has_substitution(std::string_view expression, bool bash);

class Tokenizer {
 public:
  Tokenizer(std::string_view text, const ParseContext& context) : text_(text), context_(context), line_(context.line) {}

  base::Result<std::vector<Token>, SyntaxError> run();
  // Behind a failed run(): the text ended too early.
  bool unterminated() const { return unterminated_; }

 private:
  static constexpr unsigned kDeepest = 16;  // texts within texts
  struct Here {
    std::size_t token;      // to be filled
    std::string delimiter;  // without quotes
    bool quoted, tabs;      // no expansions; leading tabs go
  };

  char peek(std::size_t n = 0) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
  std::string next_two() const { return std::string(text_.substr(at_, 2)); }
  void fail(std::size_t at, std::string word, std::string reason, std::string known = std::string(kKnownSyntax));

  void fail_at_end(std::size_t at, std::string word, std::string reason) {
    unterminated_ = !failed_;
    fail(at, std::move(word), std::move(reason), {});
  }

  void fail_in_quotes(std::size_t start, std::size_t line, std::string_view quote);

  // words.cc: words, quotes, operators
  void step();
  void begin_word();
  void finish_word();
  void add(char c, bool quoted);
  void literal(char c);
  void begin_quotes();
  void pipe_with_errors();
  void process_substitution();
  void single_quotes();
  void double_quotes();
  void backslash();
  void newline();
  void push_operator(TokenKind kind, std::size_t length);
  void here_document();
  void push_word();
  void read_here_documents();
  std::vector<WordPart>& parts() { return current_.word.parts; }

  // expansions.cc: what begins with $ or `
  void dollar(bool quoted);
  void braces(bool quoted);
  void add_variable(std::string name, bool quoted);
  void substitution(bool quoted);
  void arithmetic(bool quoted);
  void arithmetic_command();
  bool begins_arithmetic() const;
  bool in_expression() const;
  void backquotes(bool quoted);
  void escaped_quotes();
  void take_commands(std::string_view text, std::size_t at, bool quoted);
  // Everything up to `end` as one word, whatever it contains.
  bool bash_braces(std::string_view inner, std::size_t end, bool quoted, bool indirect);
  void old_arithmetic(bool quoted);
  bool numbered_sign();
  void read_alone(CommandList& commands);
  std::size_t second_at(char sign, std::size_t from, std::size_t end) const;
  ShellWord nested_word(std::size_t from, std::size_t end, bool quoted);

  std::string_view text_;
  ParseContext context_;
  std::size_t at_ = 0;
  std::size_t line_;
  bool in_word_ = false;
  Token current_;
  std::vector<Token> tokens_;
  std::vector<Here> here_;
  bool here_string_ = false;  // the next word is the text of <<<
  bool condition_ = false;    // within [[ ]]: braces are no words
  bool failed_ = false;
  bool unterminated_ = false;
  SyntaxError error_;
};

}  // namespace lvs::control
