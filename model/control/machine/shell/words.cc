// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/words.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace lvs::control {
namespace {

constexpr std::string_view kKnownSyntax =
    "words, quotes, \\, #, ;, &&, ||, &, |, >, >>, <, 2>, 2>&1, $NAME, ${NAME}, $?, $(...), $((...)), ( ), { }";
constexpr unsigned kDeepest = 16;  // substitutions within substitutions

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where the parenthesis that was opened before `from` is closed again; quotes are stepped over.
std::optional<std::size_t> closing(std::string_view text, std::size_t from) {
  std::size_t depth = 1;
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i;
    }
  }
  return std::nullopt;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view line, std::size_t offset, unsigned depth) : line_(line), offset_(offset), depth_(depth) {}

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
    error_ = {offset_ + at + 1, std::move(word), std::move(reason), std::move(known)};
  }

  void begin_word() {
    if (in_word_) return;
    in_word_ = true;
    current_ = {};
    current_.word.column = offset_ + at_ + 1;
  }

  void finish_word() {
    if (!in_word_) return;
    in_word_ = false;
    tokens_.push_back(std::move(current_));
  }

  std::vector<WordPart>& parts() { return current_.word.parts; }

  void add(char c, bool quoted) {
    if (parts().empty() || parts().back().kind != WordPart::Kind::text || parts().back().quoted != quoted)
      parts().push_back({WordPart::Kind::text, quoted, {}, {}});
    parts().back().text += c;
  }

  void literal(char c) {
    begin_word();
    add(c, false);
    ++at_;
  }

  // A word that is quoted and empty is a field nevertheless.
  void begin_quotes() {
    begin_word();
    current_.word.quoted = true;
    parts().push_back({WordPart::Kind::text, true, {}, {}});
  }

  void push_operator(TokenKind kind, std::size_t length) {
    int descriptor = -1;
    const bool redirection = kind == TokenKind::output || kind == TokenKind::append || kind == TokenKind::input ||
                             kind == TokenKind::duplicate;
    // A single digit right before a redirection is its descriptor.
    if (redirection && in_word_ && !current_.word.quoted && current_.word.is_text()) {
      const std::string text = current_.word.text();
      if (text.size() == 1 && std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
        descriptor = text[0] - '0';
        in_word_ = false;
      }
    }
    finish_word();
    Token token;
    token.kind = kind;
    token.word.column = offset_ + at_ + 1;
    token.word.parts.push_back({WordPart::Kind::text, false, std::string(line_.substr(at_, length)), {}});
    token.descriptor = descriptor;
    tokens_.push_back(std::move(token));
    at_ += length;
  }

  void single_quotes() {
    begin_quotes();
    const std::size_t start = at_++;
    while (at_ < line_.size() && peek() != '\'') add(line_[at_++], true);
    if (at_ >= line_.size()) return fail(start, {}, "unterminated quoted string", {});
    ++at_;
  }

  void double_quotes() {
    begin_quotes();
    const std::size_t start = at_++;
    while (at_ < line_.size() && peek() != '"') {
      if (failed_) return;
      if (peek() == '\\' && at_ + 1 < line_.size()) {
        const char next = peek(1);
        if (next != '\\' && next != '"' && next != '$' && next != '`') add('\\', true);
        if (next != '\n') add(next, true);
        at_ += 2;
      } else if (peek() == '$') {
        dollar(true);
      } else if (peek() == '`') {
        backquotes(true);
      } else {
        add(line_[at_++], true);
      }
    }
    if (failed_) return;
    if (at_ >= line_.size()) return fail(start, {}, "unterminated quoted string", {});
    ++at_;
  }

  void dollar(bool quoted) {
    begin_word();
    const char next = peek(1);
    if (next == '?') {
      parts().push_back({WordPart::Kind::variable, quoted, "?", {}});
      at_ += 2;
    } else if (next == '(') {
      peek(2) == '(' ? arithmetic(quoted) : substitution(quoted);
    } else if (next == '{') {
      const std::size_t end = line_.find('}', at_);
      if (end == std::string_view::npos) return fail(at_, "${", "unterminated", {});
      const std::string_view name = line_.substr(at_ + 2, end - at_ - 2);
      if (!is_variable_name(name))
        return fail(at_, std::string(line_.substr(at_, end + 1 - at_)), "this expansion is not modelled", "${NAME}");
      parts().push_back({WordPart::Kind::variable, quoted, std::string(name), {}});
      at_ = end + 1;
    } else if (is_name_char(next) && std::isdigit(static_cast<unsigned char>(next)) == 0) {
      std::size_t end = at_ + 1;
      while (end < line_.size() && is_name_char(line_[end])) ++end;
      parts().push_back({WordPart::Kind::variable, quoted, std::string(line_.substr(at_ + 1, end - at_ - 1)), {}});
      at_ = end;
    } else if (std::isdigit(static_cast<unsigned char>(next)) != 0 || next == '$' || next == '!' || next == '#' ||
               next == '@' || next == '*' || next == '-') {
      fail(at_, std::string(line_.substr(at_, 2)), "this expansion is not modelled");
    } else {
      add('$', quoted);
      ++at_;
    }
  }

  void substitution(bool quoted) {
    const std::size_t inner = at_ + 2;
    const auto end = closing(line_, inner);
    if (!end) return fail(at_, "$(", "unterminated", {});
    take_commands(line_.substr(inner, *end - inner), inner, quoted);
    at_ = *end + 1;
  }

  void arithmetic(bool quoted) {
    const auto end = closing(line_, at_ + 2);
    if (!end || *end + 1 > line_.size() || line_[*end - 1] != ')') return fail(at_, "$((", "unterminated", {});
    const std::string_view inner = line_.substr(at_ + 3, *end - at_ - 4);
    const bool plain = std::ranges::all_of(inner, [](char c) {
      return is_name_char(c) || std::string_view("$ +-*/%()").find(c) != std::string_view::npos;
    });
    if (!plain)
      return fail(at_, std::string(line_.substr(at_, *end + 1 - at_)), "this arithmetic is not modelled",
                  "+ - * / % ( ) NAME");
    parts().push_back({WordPart::Kind::arithmetic, quoted, std::string(inner), {}});
    at_ = *end + 1;
  }

  void backquotes(bool quoted) {
    begin_word();
    const std::size_t end = line_.find('`', at_ + 1);
    if (end == std::string_view::npos) return fail(at_, "`", "unterminated", {});
    const std::string_view inner = line_.substr(at_ + 1, end - at_ - 1);
    if (inner.find('\\') != std::string_view::npos)
      return fail(at_, "`", "a backslash between backquotes is not modelled", "$(...)");
    take_commands(inner, at_ + 1, quoted);
    at_ = end + 1;
  }

  void take_commands(std::string_view text, std::size_t at, bool quoted) {
    if (depth_ >= kDeepest) return fail(at, {}, "nested too deeply", {});
    auto commands = parse_commands(text, offset_ + at, depth_ + 1);
    if (!commands) {
      failed_ = true;
      error_ = commands.error();
      return;
    }
    parts().push_back({WordPart::Kind::substitution, quoted, std::string(text),
                       std::make_shared<const CommandList>(std::move(*commands))});
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
      case '$': return dollar(false);
      case '`': return backquotes(false);
      case '\0': return fail(at_, {}, "a NUL byte", {});
      case '\\':
        begin_word();
        current_.word.quoted = true;
        if (peek(1) == '\n') {
          at_ += 2;
          return;
        }
        ++at_;
        add(at_ < line_.size() ? line_[at_] : '\\', true);
        if (at_ < line_.size()) ++at_;
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
      case '(': return push_operator(TokenKind::open, 1);
      case ')': return push_operator(TokenKind::close, 1);
      case '*':
      case '?':
      case '[':
        // A pattern that matches no file stays as it is, and the model has few files: only patterns that begin like
        // a path could mean something.
        if (in_word_ && current_.word.text().find('/') != std::string::npos && !is_url()) {
          return fail(at_, std::string(1, c), "file name patterns are not modelled");
        }
        return literal(c);
      case '~':
        if (!in_word_) return fail(at_, "~", "tilde expansion is not modelled");
        return literal(c);
      default: return literal(c);
    }
  }

  bool is_url() const { return current_.word.text().find("://") != std::string::npos; }

  std::string_view line_;
  std::size_t offset_;
  unsigned depth_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  Token current_;
  std::vector<Token> tokens_;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace

bool ShellWord::is_text() const {
  return std::ranges::all_of(parts, [](const WordPart& part) { return part.kind == WordPart::Kind::text; });
}

std::string ShellWord::text() const {
  std::string text;
  for (const WordPart& part : parts)
    if (part.kind == WordPart::Kind::text) text += part.text;
  return text;
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_char) &&
         std::isdigit(static_cast<unsigned char>(text[0])) == 0;
}

base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view text, std::size_t offset, unsigned depth) {
  return Tokenizer(text, offset, depth).run();
}

}  // namespace lvs::control
