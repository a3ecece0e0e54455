// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/shell-words.h"

#include <cctype>

namespace lvs::control {
namespace {

constexpr std::string_view kKnownSyntax = "words, quotes, \\, #, ;, &&, ||, &, |, >, >>, <, 2>, 2>&1, $?";

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view line) : line_(line) {}

  base::Result<std::vector<Token>, SyntaxError> run() {
    while (at_ < line_.size() && !failed_) step();
    if (!failed_) finish_word();
    if (failed_) return base::Error{error_};
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t n = 0) const { return at_ + n < line_.size() ? line_[at_ + n] : '\0'; }

  void fail(std::size_t at, std::string word, std::string reason, std::string known = std::string(kKnownSyntax)) {
    failed_ = true;
    error_ = {at + 1, std::move(word), std::move(reason), std::move(known)};
  }

  void begin_word() {
    if (in_word_) return;
    in_word_ = true;
    current_ = {};
    current_.word.column = at_ + 1;
  }

  void finish_word() {
    if (!in_word_) return;
    in_word_ = false;
    tokens_.push_back(std::move(current_));
  }

  void literal(char c) {
    begin_word();
    current_.word.text += c;
    ++at_;
  }

  void push_operator(TokenKind kind, std::size_t length) {
    int descriptor = -1;
    const bool redirection = kind == TokenKind::output || kind == TokenKind::append || kind == TokenKind::input ||
                             kind == TokenKind::duplicate;
    // A single digit right before a redirection is its descriptor.
    if (redirection && in_word_ && !current_.quoted && current_.word.text.size() == 1 &&
        std::isdigit(static_cast<unsigned char>(current_.word.text[0])) != 0) {
      descriptor = current_.word.text[0] - '0';
      in_word_ = false;
    }
    finish_word();
    Token token;
    token.kind = kind;
    token.word = {std::string(line_.substr(at_, length)), at_ + 1};
    token.descriptor = descriptor;
    tokens_.push_back(std::move(token));
    at_ += length;
  }

  void single_quotes() {
    begin_word();
    current_.quoted = true;
    const std::size_t end = line_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return fail(at_, {}, "unterminated quoted string", {});
    current_.word.text += line_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
  }

  void double_quotes() {
    begin_word();
    current_.quoted = true;
    const std::size_t start = at_++;
    while (at_ < line_.size() && peek() != '"') {
      if (failed_) return;
      if (peek() == '\\' && at_ + 1 < line_.size()) {
        const char next = peek(1);
        if (next != '\\' && next != '"' && next != '$' && next != '`') current_.word.text += '\\';
        current_.word.text += next;
        at_ += 2;
      } else if (peek() == '$') {
        dollar();
      } else if (peek() == '`') {
        return fail(at_, "`", "command substitution is not modelled");
      } else {
        current_.word.text += line_[at_++];
      }
    }
    if (failed_) return;
    if (at_ >= line_.size()) return fail(start, {}, "unterminated quoted string", {});
    ++at_;
  }

  void dollar() {
    begin_word();
    const char next = peek(1);
    if (next == '?') {
      current_.status_marks.push_back(current_.word.text.size());
      at_ += 2;
    } else if (std::isalnum(static_cast<unsigned char>(next)) != 0 || next == '_' || next == '{' || next == '(' ||
               next == '$' || next == '!' || next == '#' || next == '@' || next == '*' || next == '-') {
      std::size_t end = at_ + 2;
      while (end < line_.size() && (std::isalnum(static_cast<unsigned char>(line_[end])) != 0 || line_[end] == '_'))
        ++end;
      fail(at_, std::string(line_.substr(at_, end - at_)),
           next == '(' ? "command substitution is not modelled" : "this expansion is not modelled");
    } else {
      literal('$');
    }
  }

  void step() {
    const char c = peek();
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
        finish_word();
        ++at_;
        return;
      case '\n': return push_operator(TokenKind::semicolon, 1);
      case '\'': return single_quotes();
      case '"': return double_quotes();
      case '$': return dollar();
      case '`': return fail(at_, "`", "command substitution is not modelled");
      case '\0': return fail(at_, {}, "a NUL byte", {});
      case '\\':
        begin_word();
        current_.quoted = true;
        if (peek(1) == '\n') {
          at_ += 2;
          return;
        }
        ++at_;
        if (at_ < line_.size()) return literal(line_[at_]);
        current_.word.text += '\\';
        return;
      case '#':
        if (in_word_) return literal(c);
        while (at_ < line_.size() && peek() != '\n') ++at_;
        return;
      case ';':
        if (peek(1) == ';') return fail(at_, ";;", "not expected here");
        return push_operator(TokenKind::semicolon, 1);
      case '&': return peek(1) == '&' ? push_operator(TokenKind::and_if, 2) : push_operator(TokenKind::background, 1);
      case '|': return peek(1) == '|' ? push_operator(TokenKind::or_if, 2) : push_operator(TokenKind::pipe, 1);
      case '>':
        if (peek(1) == '>') return push_operator(TokenKind::append, 2);
        if (peek(1) == '&') return push_operator(TokenKind::duplicate, 2);
        if (peek(1) == '|') return fail(at_, ">|", "not modelled");
        return push_operator(TokenKind::output, 1);
      case '<':
        if (peek(1) == '<') return fail(at_, "<<", "here-documents are not modelled");
        if (peek(1) == '&' || peek(1) == '>') return fail(at_, std::string(line_.substr(at_, 2)), "not modelled");
        return push_operator(TokenKind::input, 1);
      case '(':
      case ')': return fail(at_, std::string(1, c), "subshells are not modelled");
      case '*':
      case '?':
      case '[':
        // A pattern that matches no file stays as it is, and the model has few files: only patterns that begin like
        // a path could mean something.
        if (in_word_ && current_.word.text.find('/') != std::string::npos) {
          return fail(at_, std::string(1, c), "file name patterns are not modelled");
        }
        return literal(c);
      case '~':
        if (!in_word_) return fail(at_, "~", "tilde expansion is not modelled");
        return literal(c);
      default: return literal(c);
    }
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  Token current_;
  std::vector<Token> tokens_;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace

base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view line) { return Tokenizer(line).run(); }

}  // namespace lvs::control
