// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/words.h"
#include "base/numbers.h"

#include <algorithm>
#include <utility>

#include "control/machine/shell/bash/braces.h"
#include "control/machine/shell/statements/broken.h"
#include "control/machine/shell/tokenizer.h"

namespace lvs::control {

base::Result<std::vector<Token>, SyntaxError> Tokenizer::run() {
  while (at_ < text_.size() && !failed_) step();
  if (!failed_) finish_word();
  if (!failed_ && !here_.empty()) read_here_documents();
  if (failed_) return base::Error{error_};
  return std::move(tokens_);
}

namespace {

// NAME=...: braces stay as they are.
bool is_set_here(const ShellWord& word) {
  if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::text || word.parts.front().quoted) return false;
  const std::string& text = word.parts.front().text;
  const std::size_t equals = text.find('=');
  return equals != std::string::npos && is_variable_name(std::string_view(text).substr(0, equals));
}

}  // namespace

void Tokenizer::fail(std::size_t at, std::string word, std::string reason, std::string known) {
  if (failed_) return;
  failed_ = true;
  error_ = {context_.offset + at + 1, std::move(word), std::move(reason), std::move(known)};
}

void Tokenizer::begin_word() {
  if (in_word_) return;
  in_word_ = true;
  current_ = {};
  current_.word.column = context_.offset + at_ + 1;
  current_.line = line_;
}

void Tokenizer::finish_word() {
  if (!in_word_) return;
  in_word_ = false;
  push_word();
}

// A word of bash may be many; the one behind <<< ends with a newline.
void Tokenizer::push_word() {
  const bool text = std::exchange(here_string_, false);
  if (text) {
    parts().push_back({WordPart::Kind::text, true, "\n", {}});
    current_.word.quoted = true;
  }
  if (!current_.word.quoted && current_.word.is_text() && context_.bash) {
    const std::string word = current_.word.text();
    condition_ = word == "[[" || (condition_ && word != "]]");
  }
  const bool braces =
      context_.bash && !text && !condition_ && current_.kind == TokenKind::word && !is_set_here(current_.word);
  if (!braces) return tokens_.push_back(std::move(current_));
  auto words = expand_braces(current_.word);
  if (!words) return fail(at_, "{", "more than 4096 words of braces are not modelled", {});
  for (ShellWord& word : *words) {
    Token token = current_;
    token.word = std::move(word);
    tokens_.push_back(std::move(token));
  }
}

void Tokenizer::add(char c, bool quoted) {
  if (parts().empty() || parts().back().kind != WordPart::Kind::text || parts().back().quoted != quoted)
    parts().push_back({WordPart::Kind::text, quoted, {}, {}});
  parts().back().text += c;
}

void Tokenizer::literal(char c) {
  begin_word();
  add(c, false);
  ++at_;
}

// A word that is quoted and empty is a field nevertheless.
void Tokenizer::begin_quotes() {
  begin_word();
  current_.word.quoted = true;
  parts().push_back({WordPart::Kind::text, true, {}, {}});
}

void Tokenizer::push_operator(TokenKind kind, std::size_t length) {
  int descriptor = -1;
  const bool redirection = kind >= TokenKind::output && kind <= TokenKind::duplicate;
  // A single digit right before a redirection is its descriptor; for bash a number is.
  if (redirection && in_word_ && !current_.word.quoted && current_.word.is_text()) {
    const std::string text = current_.word.text();
    const std::size_t longest = context_.bash ? 3 : 1;
    if (text.size() <= longest && text.find_first_not_of("0123456789") == std::string::npos) {
      descriptor = base::number<int>(text).value_or(-1);
      in_word_ = descriptor < 0;
    }
  }
  finish_word();
  Token token;
  token.kind = kind;
  token.line = line_;
  token.word.column = context_.offset + at_ + 1;
  token.word.parts.push_back({WordPart::Kind::text, false, std::string(text_.substr(at_, length)), {}});
  token.descriptor = descriptor;
  tokens_.push_back(std::move(token));
  at_ += length;
}

// |& of bash is 2>&1 |.
void Tokenizer::pipe_with_errors() {
  finish_word();
  const auto push = [&](TokenKind kind, const char* text) {
    Token token;
    token.kind = kind;
    token.line = line_;
    token.word.column = context_.offset + at_ + 1;
    token.word.parts.push_back({WordPart::Kind::text, false, text, {}});
    tokens_.push_back(std::move(token));
  };
  push(TokenKind::duplicate, ">&");
  tokens_.back().descriptor = 2;
  push(TokenKind::word, "1");
  push(TokenKind::pipe, "|");
  at_ += 2;
}

// < <(LIST): what LIST prints, once it has ended.
void Tokenizer::process_substitution() {
  if (in_word_ || tokens_.empty() || tokens_.back().kind != TokenKind::input)
    return fail(at_, "<(", "modelled behind < only");
  tokens_.back().kind = TokenKind::here;
  substitution(true);
  if (failed_) return;
  parts().back().or_empty = true;
  current_.word.quoted = true;
  finish_word();
}

void Tokenizer::single_quotes() {
  begin_quotes();
  const std::size_t start = at_++, line = line_;
  while (at_ < text_.size() && peek() != '\'') {
    if (peek() == '\n') ++line_;
    add(text_[at_++], true);
  }
  if (at_ >= text_.size()) return fail_in_quotes(start, line, "'");
  ++at_;
}

void Tokenizer::fail_in_quotes(std::size_t start, std::size_t line, std::string_view quote) {
  note_open_end(context_, quote, line);
  fail_at_end(start, {}, "unterminated quoted string");
}

void Tokenizer::double_quotes() {
  begin_quotes();
  const std::size_t start = at_++, line = line_;
  while (at_ < text_.size() && peek() != '"') {
    if (failed_) return;
    if (peek() == '\n') ++line_;
    if (peek() == '\\' && at_ + 1 < text_.size()) {
      const char next = peek(1);
      if (next != '\\' && next != '"' && next != '$' && next != '`' && next != '\n') add('\\', true);
      if (next != '\n') add(next, true);
      at_ += 2;
    } else if (peek() == '$') {
      dollar(true);
    } else if (peek() == '`') {
      backquotes(true);
    } else {
      add(text_[at_++], true);
    }
  }
  if (failed_) return;
  if (at_ >= text_.size()) return fail_in_quotes(start, line, "\"");
  ++at_;
}

void Tokenizer::backslash() {
  if (peek(1) == '\n') {
    at_ += 2;
    ++line_;
    return;
  }
  begin_word();
  current_.word.quoted = true;
  ++at_;
  add(at_ < text_.size() ? text_[at_] : '\\', true);
  if (at_ < text_.size()) ++at_;
}

void Tokenizer::newline() {
  push_operator(TokenKind::semicolon, 1);
  ++line_;
  if (!here_.empty()) read_here_documents();
}

void Tokenizer::here_document() {
  const bool tabs = peek(2) == '-';
  push_operator(TokenKind::here, tabs ? 3 : 2);
  while (peek() == ' ' || peek() == '\t') ++at_;
  const std::size_t start = at_;
  while (at_ < text_.size() && std::string_view(" \t\n;&|<>()").find(peek()) == std::string_view::npos && !failed_) {
    if (peek() == '\'')
      single_quotes();
    else if (peek() == '"')
      double_quotes();
    else if (peek() == '\\')
      backslash();
    else
      literal(peek());
  }
  if (failed_) return;
  if (!in_word_) return fail(start, {}, "the word that ends the here-document is missing", {});
  here_.push_back({tokens_.size(), current_.word.text(), current_.word.quoted, tabs});
  finish_word();
}

namespace {

// As between double quotes, but for the quotes themselves: those of $(...) and ${...} are their own.
std::string in_quotes(std::string_view body) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool commands = body.substr(i).starts_with("$("), value = body.substr(i).starts_with("${");
    const auto end = commands ? closing(body, i + 2, '(', ')') : value ? closing(body, i + 2, '{', '}') : std::nullopt;
    if (body[i] == '\\' && i + 1 < body.size()) {
      if (body[i + 1] == '"')
        quoted += "\\\\";
      else
        quoted.append(1, '\\').append(1, body[++i]);
    } else if (end) {
      quoted += body.substr(i, *end + 1 - i);
      i = *end;
    } else {
      quoted += body[i] == '"' ? std::string("\\\"") : std::string(1, body[i]);
    }
  }
  return quoted + '"';
}

}  // namespace

// The lines behind the one that asked for them (POSIX shell, 2.7.4).
void Tokenizer::read_here_documents() {
  for (const Here& here : std::exchange(here_, {})) {
    std::string body;
    bool ended = false;
    const std::size_t from = at_;
    while (at_ < text_.size() && !ended) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, end - at_);
      if (here.tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      at_ = std::min(end + 1, text_.size());
      ++line_;
      ended = line == here.delimiter;
      if (!ended) body.append(line).append("\n");
    }
    // dash takes the end of a script for the end of the text.
    if (!ended && (context_.own == nullptr || context_.bash))
      return fail_at_end(from, here.delimiter, "this word ends the here-document and does not come");
    ShellWord& word = tokens_[here.token].word;
    word.quoted = true;
    if (here.quoted || body.find_first_of("$`\\") == std::string::npos) {
      word.parts = {{WordPart::Kind::text, true, std::move(body), {}}};
      continue;
    }
    const std::string quoted = in_quotes(body);
    ParseContext inner = context_;
    inner.offset = context_.offset + from;
    ++inner.depth;
    auto tokens = Tokenizer(quoted, inner).run();
    if (!tokens) {
      failed_ = true;
      error_ = tokens.error();
      return;
    }
    word.parts = std::move(tokens->front().word.parts);
  }
}

// "((" where a command or the head of a `for` could begin, closed by "))".
bool Tokenizer::begins_arithmetic() const {
  if (!context_.bash || in_word_ || peek(1) != '(') return false;
  std::size_t depth = 0;
  for (std::size_t i = at_; i < text_.size() && text_[i] != '\n'; ++i) {
    if (text_[i] == '(') ++depth;
    if (text_[i] == ')' && --depth == 0) return text_[i - 1] == ')';
  }
  return false;
}

// The word behind =~ in [[ ]]: its parentheses are the expression's.
bool Tokenizer::in_expression() const {
  return context_.bash && !tokens_.empty() && tokens_.back().kind == TokenKind::word && tokens_.back().word.is_text() &&
         tokens_.back().word.text() == "=~";
}

void Tokenizer::step() {
  const char c = peek();
  if (in_expression() && std::string_view("()|<>").find(c) != std::string_view::npos) return literal(c);
  switch (c) {
    case ' ':
    case '\t':
    case '\r':
      finish_word();
      ++at_;
      return;
    case '\n': return newline();
    case '\'': return single_quotes();
    case '"': return double_quotes();
    case '$': return dollar(false);
    case '`': return backquotes(false);
    case '\0': return fail(at_, {}, "a NUL byte", {});
    case '\\': return backslash();
    case '#':
      if (in_word_) return literal(c);
      while (at_ < text_.size() && peek() != '\n') ++at_;
      return;
    case ';':
      return push_operator(peek(1) == ';' ? TokenKind::end_choice : TokenKind::semicolon, peek(1) == ';' ? 2 : 1);
    case '&':
      if (context_.bash && peek(1) == '>') return push_operator(TokenKind::output, peek(2) == '>' ? 3 : 2);
      return peek(1) == '&' ? push_operator(TokenKind::and_if, 2) : push_operator(TokenKind::background, 1);
    case '|':
      if (context_.bash && peek(1) == '&') return pipe_with_errors();
      return peek(1) == '|' ? push_operator(TokenKind::or_if, 2) : push_operator(TokenKind::pipe, 1);
    case '>':
      if (peek(1) == '>') return push_operator(TokenKind::append, 2);
      if (peek(1) == '&') return push_operator(TokenKind::duplicate, 2);
      if (context_.bash && peek(1) == '(') return fail(at_, ">(", "not modelled");
      return push_operator(TokenKind::output, peek(1) == '|' ? 2 : 1);
    case '<':
      if (context_.bash && peek(1) == '<' && peek(2) == '<') {
        push_operator(TokenKind::here, 3);
        here_string_ = true;
        return;
      }
      if (peek(1) == '<' && peek(2) == '<') {
        note_own(context_, "redirection unexpected", line_);
        return fail(at_, "<<<", "this is bash's: sh takes no text here", "COMMAND <<END, echo TEXT | COMMAND");
      }
      if (peek(1) == '<') return here_document();
      if (peek(1) == '&') return push_operator(TokenKind::duplicate, 2);
      if (context_.bash && peek(1) == '(') return process_substitution();
      if (peek(1) == '>') return fail(at_, next_two(), "not modelled");
      return push_operator(TokenKind::input, 1);
    case '(': return begins_arithmetic() ? arithmetic_command() : push_operator(TokenKind::open, 1);
    case ')': return push_operator(TokenKind::close, 1);
    case '~':
      if (in_word_ || (peek(1) != '/' && peek(1) != ' ' && peek(1) != '\0' && peek(1) != '\n')) return literal(c);
      begin_word();
      for (const char each : std::string_view("/root")) add(each, true);
      ++at_;
      return;
    default: return literal(c);
  }
}

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

base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view text, const ParseContext& context) {
  return Tokenizer(text, context).run();
}

}  // namespace lvs::control
