// SPDX-License-Identifier: GPL-2.0-or-later
// for, while, until, if, case, { }, ( ) and functions, read.
#include <algorithm>
#include <cctype>

#include "control/machine/shell/parser.h"
#include "control/machine/shell/statements/broken.h"

namespace lvs::control {

ShellCommand Parser::compound(const std::string& word) {
  ShellCommand result;
  auto inner = std::make_shared<Compound>();
  if (depth_ + context_.depth >= kDeepest) {
    fail({tokens_[at_].word.column, tokens_[at_].word.text(), "nested too deeply", {}});
    return result;
  }
  ++depth_;
  ++at_;
  if (word == "for") {
    for_each(*inner);
  } else if (word == "while" || word == "until") {
    loop(*inner, word == "until");
  } else if (word == "if") {
    branch(*inner);
  } else if (word == "case") {
    choice(*inner);
  } else if (word == "{") {
    inner->body = body("}");
    expect("}");
  } else {
    inner->kind = Compound::Kind::subshell;
    inner->body = body(")");
    if (!failed_ && !is(TokenKind::close)) unexpected(")");
    ++at_;
  }
  --depth_;
  while (!failed_ && at_redirection()) take_redirection(result.redirections);
  result.compound = std::move(inner);
  return result;
}

namespace {

// Of bash: what is no word of the shell otherwise.
bool is_function_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_-.:+@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

ShellCommand Parser::function() {
  auto made = std::make_shared<Compound>();
  made->kind = Compound::Kind::function;
  made->variable = reserved();
  if (!(context_.bash ? is_function_name(made->variable) : is_variable_name(made->variable))) {
    fail({tokens_[at_].word.column, made->variable, "no name for a function", {}});
    return {};
  }
  at_ += at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == TokenKind::open ? 3 : 1;
  skip_newlines();
  if (!is(TokenKind::open) && reserved() != "{") {
    if (at_end()) return unexpected(), ShellCommand{};
    fail({tokens_[at_].word.column, tokens_[at_].word.text(), "not modelled here", "NAME() { }, NAME() ( )"});
    return {};
  }
  made->function = std::make_shared<ShellCommand>(compound(reserved()));
  ShellCommand result;
  result.compound = std::move(made);
  return result;
}

void Parser::loop(Compound& loop, bool until) {
  loop.kind = until ? Compound::Kind::until_ : Compound::Kind::while_;
  Compound::Branch only;
  only.condition = body("do");
  expect("do");
  only.body = body("done");
  expect("done");
  loop.branches.push_back(std::move(only));
}

void Parser::for_each(Compound& loop) {
  if (context_.bash && reserved() == "((") {
    loop.kind = Compound::Kind::group;
    const ShellCommand counting = counting_loop();
    if (!failed_) loop.body = counting.compound->body;
    return;
  }
  loop.kind = Compound::Kind::for_each;
  loop.variable = reserved();
  if (!is_variable_name(loop.variable)) {
    if (!context_.bash) note_own(context_, "Bad for loop variable", at_end() ? 0 : tokens_[at_].line);
    return unexpected();
  }
  ++at_;
  const std::size_t before = at_;
  skip_newlines();
  if (reserved() == "in") {
    ++at_;
    while (!failed_ && is(TokenKind::word)) loop.words.push_back(tokens_[at_++].word);
    if (!failed_ && !is(TokenKind::semicolon)) return unexpected();
  } else {
    at_ = before;
    loop.over_arguments = true;
    if (reserved() != "do" && !is(TokenKind::semicolon)) return expect("in", "do");
  }
  while (is(TokenKind::semicolon)) ++at_;
  expect("do");
  loop.body = body("done");
  expect("done");
}

void Parser::branch(Compound& choice) {
  choice.kind = Compound::Kind::branch;
  do {
    Compound::Branch each;
    each.condition = body("then");
    expect("then");
    each.body = body("fi");
    choice.branches.push_back(std::move(each));
    if (failed_ || reserved() != "elif") break;
    ++at_;
  } while (!failed_);
  if (!failed_ && reserved() == "else") {
    ++at_;
    choice.body = body("fi");
  }
  expect("fi");
}

void Parser::choice(Compound& choice) {
  choice.kind = Compound::Kind::choice;
  if (!is(TokenKind::word)) return unexpected("word");
  choice.words.push_back(tokens_[at_++].word);
  skip_newlines();
  expect("in");
  skip_newlines();
  while (!failed_ && reserved() != "esac") {
    Compound::Branch each;
    if (is(TokenKind::open)) ++at_;
    while (!failed_) {
      if (!is(TokenKind::word)) return unexpected(")");
      each.patterns.push_back(tokens_[at_++].word);
      if (!is(TokenKind::pipe)) break;
      ++at_;
    }
    if (!is(TokenKind::close)) return unexpected(")");
    ++at_;
    each.body = list(";;");
    choice.branches.push_back(std::move(each));
    if (is(TokenKind::end_choice)) {
      ++at_;
      skip_newlines();
    } else if (!failed_ && reserved() != "esac") {
      return expect("esac", ";;");
    }
  }
  expect("esac");
}

}  // namespace lvs::control
