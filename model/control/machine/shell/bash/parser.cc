// SPDX-License-Identifier: GPL-2.0-or-later
// [[ ]], (( )) and for (( )) of bash, read.
#include <algorithm>

#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/parser.h"

namespace lvs::control {

// A simple command of its words; operators are words without quotes.
ShellCommand Parser::condition() {
  ShellCommand result;
  result.simple.words.push_back(tokens_[at_++].word);
  while (!failed_) {
    if (at_end()) {
      const ShellWord& last = tokens_.back().word;
      fail({last.column, last.text(), "']]' is missing behind this", {}});
      break;
    }
    const bool last = reserved() == "]]";
    if (!at_newline()) result.simple.words.push_back(tokens_[at_].word);
    ++at_;
    if (last) break;
  }
  return result;
}

// ((EXPRESSION)), read once more alone; nothing in it: 1.
ShellCommand Parser::arithmetic(const std::string& expression, std::size_t column) {
  const bool empty = expression.find_first_not_of(" \t\n") == std::string::npos;
  ParseContext inner = context_;
  inner.offset = column - 1;
  auto tokens = tokenize("((" + (empty ? "1" : expression) + "))", inner);
  ShellCommand result;
  if (!tokens) {
    fail(tokens.error());
    return result;
  }
  for (Token& token : *tokens) result.simple.words.push_back(std::move(token.word));
  return result;
}

// for ((A; B; C)) do ... done is { ((A)); while ((B)); do ...; done; } with ((C)) behind each round.
ShellCommand Parser::counting_loop() {
  const std::size_t column = tokens_[at_].word.column;
  ++at_;
  const std::string head = is(TokenKind::word) ? tokens_[at_++].word.parts.front().text : std::string();
  const std::size_t first = head.find(';');
  const std::size_t second = first == std::string::npos ? first : head.find(';', first + 1);
  ShellCommand result;
  if (second == std::string::npos) {
    fail({column, "((", "two ';' are needed in here", {}});
    return result;
  }
  while (is(TokenKind::semicolon)) ++at_;
  // Behind "!": what A and C come to ends no script of set -e.
  const auto one = [&](const std::string& expression, bool counts = false) {
    return Chain{{ChainLink{ChainLink::When::always, Pipeline{{arithmetic(expression, column)}, !counts}}}, false};
  };
  Compound::Branch loop;
  loop.condition = {one(head.substr(first + 1, second - first - 1), true)};
  const bool braces = reserved() == "{";
  expect(braces ? "{" : "do");
  loop.body = body("done");
  expect(braces ? "}" : "done");
  auto inner = std::make_shared<Compound>();
  inner->body = {one(head.substr(second + 1))};
  inner->kind = Compound::Kind::while_;
  inner->branches.push_back(std::move(loop));
  ShellCommand counting;
  counting.compound = std::move(inner);
  auto group = std::make_shared<Compound>();
  group->kind = Compound::Kind::group;
  group->body = {one(head.substr(0, first)),
                 Chain{{ChainLink{ChainLink::When::always, Pipeline{{std::move(counting)}, false}}}, false}};
  result.compound = std::move(group);
  return result;
}

// NAME=( or NAME+=( without a blank between, alone or behind declare, local and the like.
bool Parser::at_array() const {
  if (!context_.bash || at_ + 1 >= tokens_.size() || tokens_[at_ + 1].kind != TokenKind::open) return false;
  const ShellWord& word = tokens_[at_].word;
  std::string text = word.quoted || !word.is_text() ? std::string() : word.text();
  if (!text.ends_with('=') || tokens_[at_ + 1].word.column != word.column + text.size()) return false;
  text.pop_back();
  if (text.ends_with('+')) text.pop_back();
  return is_variable_name(text);
}

// The words "=(", the name, and the elements.
void Parser::array(SimpleCommand& simple) {
  const bool declares = !simple.words.empty();
  const bool named = std::ranges::any_of(
      simple.words, [](const ShellWord& word) { return word.is_text() && word.text().starts_with("-A"); });
  ShellWord name = tokens_[at_].word;
  name.parts.front().text.pop_back();
  ShellWord what;
  what.column = name.column;
  what.parts.push_back({WordPart::Kind::text, false, named ? "=(A" : "=(", {}});
  simple.words = {what, name};
  at_ += 2;
  while (!failed_ && !is(TokenKind::close)) {
    if (at_end()) return unexpected();
    if (is(TokenKind::word)) {
      simple.words.push_back(tokens_[at_].word);
    } else if (!at_newline()) {
      return unexpected();
    }
    ++at_;
  }
  ++at_;
  if (!failed_ && declares && is(TokenKind::word))
    fail({tokens_[at_].word.column, tokens_[at_].word.text(), "one array a command is modelled", "; between them"});
}

// NAME=VALUE and NAME=(...) in one command are set one after the other.
ShellCommand Parser::then_more(ShellCommand first) {
  first.line = tokens_[at_].line;
  const ShellWord& next = tokens_[at_].word;
  ShellCommand second = simple();
  second.line = first.line;
  const bool array = !second.simple.words.empty() && second.simple.words.front().text().starts_with("=(");
  if (!failed_ && !second.compound && !second.simple.words.empty() && !array)
    fail({next.column, next.text(), "an array for one command alone is not modelled", "; between them"});
  const auto one = [](ShellCommand command) {
    return Chain{{ChainLink{ChainLink::When::always, Pipeline{{std::move(command)}, false}}}, false};
  };
  auto group = std::make_shared<Compound>();
  group->kind = Compound::Kind::group;
  group->body = {one(std::move(first)), one(std::move(second))};
  ShellCommand result;
  result.compound = std::move(group);
  return result;
}

}  // namespace lvs::control
