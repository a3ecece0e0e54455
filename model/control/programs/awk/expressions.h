// SPDX-License-Identifier: GPL-2.0-or-later
// The expressions of an awk program, by precedence.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "control/programs/awk/program.h"
#include "control/programs/awk/tokens.h"

namespace lvs::control::awk {

class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, Program& program) : tokens_(text), program_(program) {}

 protected:
  bool good() const { return error_.empty() && tokens_.error().empty(); }
  // Keeps the first.
  void fail(const std::string& why);
  void odd();  // what is now is not expected, or not modelled
  void expect(std::string_view sign);

  // `in_print`: ">" ends it.
  NodePtr expression(bool in_print = false);
  // Up to the sign that ends them.
  std::vector<NodePtr> expressions(bool in_print);
  int array(const std::string& name);
  bool begins_operand() const;

  Tokens tokens_;
  Program& program_;
  std::string error_;
  std::map<std::string, int> plain_;  // names, how often used as variables

 private:
  static constexpr unsigned kDeepest = 200;

  NodePtr node(Node::Kind kind, char op = 0, NodePtr a = nullptr, NodePtr b = nullptr, NodePtr c = nullptr);
  NodePtr chain(NodePtr (ExpressionParser::*operand)(), std::initializer_list<std::string_view> signs, Node::Kind kind);
  NodePtr conditional();
  NodePtr either();
  NodePtr both();
  NodePtr membership();
  NodePtr matching();
  NodePtr comparison();
  NodePtr concatenation();
  NodePtr additive();
  NodePtr multiplicative();
  NodePtr unary();
  NodePtr power();
  NodePtr postfix();
  NodePtr primary();
  NodePtr grouped();
  NodePtr regex();
  NodePtr named();
  NodePtr call(const std::string& name);

  bool in_print_ = false;
  unsigned depth_ = 0;
};

}  // namespace lvs::control::awk
