// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/programs/awk/expressions.h"

namespace lvs::control::awk {
namespace {

constexpr unsigned kDeepestBlock = 50;

class Parser final : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  std::string run() {
    for (skip_ends(); good() && tokens_.now().kind != Token::Kind::end; skip_ends()) rule();
    for (const std::string& name : program_.arrays)
      if (plain_[name] > 0 || program_.is_special(name)) fail(fmt::format("'{}' is a variable and an array", name));
    return !tokens_.error().empty() ? tokens_.error() : error_;
  }

 private:
  void skip_ends() {
    while (tokens_.is(";") || tokens_.now().kind == Token::Kind::newline) tokens_.advance();
  }

  void rule() {
    Rule rule;
    if (tokens_.word("BEGIN")) {
      rule.when = Rule::When::begin;
      tokens_.advance();
    } else if (tokens_.word("END")) {
      rule.when = Rule::When::end;
      tokens_.advance();
    } else if (!tokens_.is("{")) {
      rule.pattern = expression();
      if (good() && tokens_.take(",")) {
        tokens_.skip_newlines();
        rule.when = Rule::When::range;
        rule.last = expression();
      }
    }
    const bool must = rule.when == Rule::When::begin || rule.when == Rule::When::end;
    if (good() && tokens_.is("{")) {
      block(rule.action);
    } else {
      if (must) odd();
      rule.bare = true;
    }
    program_.rules.push_back(std::move(rule));
  }

  void block(Block& to) {
    if (++depth_ > kDeepestBlock) fail("nested too deeply");
    expect("{");
    for (skip_ends(); good() && !tokens_.is("}"); skip_ends()) statement(to);
    expect("}");
    --depth_;
  }

  // The body of a loop or a branch.
  void body(Block& to) {
    tokens_.skip_newlines();
    if (tokens_.take(";")) return;
    if (tokens_.is("{")) return block(to);
    if (++depth_ > kDeepestBlock) fail("nested too deeply");
    if (good()) statement(to);
    --depth_;
  }

  // Behind a simple statement.
  void end() {
    if (!good() || tokens_.is("}") || tokens_.now().kind == Token::Kind::end) return;
    if (tokens_.now().kind == Token::Kind::newline) return tokens_.advance();
    expect(";");
  }

  bool keyword(std::string_view name) {
    if (!tokens_.word(name)) return false;
    tokens_.advance();
    return true;
  }

  void statement(Block& to) {
    Statement made;
    if (tokens_.is("{")) {
      made.kind = Statement::Kind::block;
      block(made.body);
    } else if (keyword("if")) {
      branch(made);
    } else if (keyword("while")) {
      made.kind = Statement::Kind::loop;
      made.condition = condition();
      body(made.body);
    } else if (keyword("do")) {
      made.kind = Statement::Kind::do_loop;
      body(made.body);
      skip_ends();
      if (!keyword("while")) odd();
      made.condition = condition();
      end();
    } else if (keyword("for")) {
      loop(made);
    } else {
      simple(made);
      end();
    }
    to.push_back(std::move(made));
  }

  NodePtr condition() {
    expect("(");
    NodePtr made = expression();
    expect(")");
    return made;
  }

  void branch(Statement& made) {
    made.kind = Statement::Kind::branch;
    made.condition = condition();
    body(made.body);
    if (!good()) return;
    const Tokens before = tokens_;
    skip_ends();
    if (keyword("else")) return body(made.otherwise);
    tokens_ = before;
  }

  void loop(Statement& made) {
    made.kind = Statement::Kind::loop;
    expect("(");
    if (tokens_.now().kind == Token::Kind::name) {  // for (K in ARRAY)
      const Tokens before = tokens_;
      const std::string name = tokens_.now().text;
      tokens_.advance();
      if (keyword("in") && tokens_.now().kind == Token::Kind::name) {
        const std::string over = tokens_.now().text;
        tokens_.advance();
        if (tokens_.take(")")) {
          made.kind = Statement::Kind::each;
          made.slot = program_.variable(name);
          ++plain_[name];
          made.array = array(over);
          return body(made.body);
        }
      }
      tokens_ = before;
    }
    if (!tokens_.is(";")) simple(made.first.emplace_back());
    expect(";");
    tokens_.skip_newlines();
    if (!tokens_.is(";")) made.condition = expression();
    expect(";");
    tokens_.skip_newlines();
    if (!tokens_.is(")")) made.step = expression();
    expect(")");
    body(made.body);
  }

  void simple(Statement& made) {
    if (keyword("print")) return print(made, Statement::Kind::print);
    if (keyword("printf")) return print(made, Statement::Kind::printf);
    if (keyword("next")) {
      made.kind = Statement::Kind::next;
    } else if (keyword("break")) {
      made.kind = Statement::Kind::stop;
    } else if (keyword("continue")) {
      made.kind = Statement::Kind::again;
    } else if (keyword("exit")) {
      made.kind = Statement::Kind::exit;
      if (begins_operand()) made.condition = expression();
    } else if (keyword("delete")) {
      made.kind = Statement::Kind::erase;
      if (tokens_.now().kind != Token::Kind::name) return odd();
      made.array = array(tokens_.now().text);
      tokens_.advance();
      if (!tokens_.take("[")) return;
      made.kids = expressions(false);
      expect("]");
    } else {
      made.kids.push_back(expression());
    }
  }

  void print(Statement& made, Statement::Kind kind) {
    made.kind = kind;
    const bool none = tokens_.is("}") || tokens_.is(";") || tokens_.is(">") || tokens_.is(">>") || tokens_.is("|") ||
                      tokens_.now().kind == Token::Kind::newline || tokens_.now().kind == Token::Kind::end;
    if (!none) made.kids = expressions(true);
    if (!good()) return;
    // print (A, B): the list in parentheses
    if (made.kids.size() == 1 && made.kids[0]->kind == Node::Kind::group && made.kids[0]->kids.size() > 1) {
      std::vector<NodePtr> inner = std::move(made.kids[0]->kids);
      made.kids = std::move(inner);
    }
    if (kind == Statement::Kind::printf && made.kids.empty()) return odd();
    if (tokens_.is("|")) return fail("output of awk into a command is not modelled");
    if (!tokens_.is(">") && !tokens_.is(">>")) return;
    made.target = tokens_.is(">") ? Statement::Target::file : Statement::Target::append;
    tokens_.advance();
    made.file = expression(true);
  }

  unsigned depth_ = 0;
};

}  // namespace

std::string parse_program(std::string_view text, Program& program) {
  program.variable("NR");  // those of awk's own come first
  return Parser(text, program).run();
}

int Program::variable(const std::string& name) {
  if (variables.empty()) variables.assign(std::begin(kSpecialNames), std::end(kSpecialNames));
  const auto found = std::ranges::find(variables, name);
  const auto at = static_cast<int>(found - variables.begin());
  if (found == variables.end()) variables.push_back(name);
  return at;
}

bool Program::is_special(const std::string& name) {
  return std::ranges::find(kSpecialNames, name) != std::end(kSpecialNames);
}

bool Program::reads() const {
  return std::ranges::any_of(rules, [](const Rule& rule) { return rule.when != Rule::When::begin; });
}

}  // namespace lvs::control::awk
