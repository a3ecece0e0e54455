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

ShellCommand Parser::arithmetic(const std::string& expression, std::size_t column) {
  ShellCommand result;
  ShellWord name, what;
  name.column = what.column = column;
  name.parts.push_back({WordPart::Kind::text, false, "((", {}});
  what.parts.push_back({WordPart::Kind::arithmetic, true, expression.empty() ? "1" : expression, {}});
  result.simple.words = {name, what};
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
  const auto one = [&](const std::string& expression) {
    return Chain{{ChainLink{ChainLink::When::always, Pipeline{{arithmetic(expression, column)}, false}}}, false};
  };
  Compound::Branch loop;
  loop.condition = {one(head.substr(first + 1, second - first - 1))};
  expect("do");
  loop.body = body();
  expect("done");
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
  if (!failed_ && is(TokenKind::word))
    fail({tokens_[at_].word.column, tokens_[at_].word.text(), "one array a command is modelled", "; between them"});
}

}  // namespace lvs::control
