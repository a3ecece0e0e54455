// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/awk/expressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::control::awk {
namespace {

constexpr std::pair<std::string_view, Function> kFunctions[] = {
    {"length", Function::length},   {"substr", Function::substr},   {"index", Function::index},
    {"split", Function::split},     {"sub", Function::sub},         {"gsub", Function::gsub},
    {"match", Function::match},     {"sprintf", Function::sprintf}, {"tolower", Function::tolower},
    {"toupper", Function::toupper}, {"int", Function::integer},     {"sqrt", Function::sqrt},
    {"exp", Function::exp},         {"log", Function::log},         {"sin", Function::sin},
    {"cos", Function::cos},         {"atan2", Function::atan2},     {"systime", Function::systime}};

// What awk has and the model has not.
constexpr std::string_view kRefused[] = {"getline", "system", "close",    "fflush",   "rand",    "srand",
                                         "ENVIRON", "ARGV",   "ARGC",     "function", "func",    "return",
                                         "mktime",  "gensub", "strftime", "nextfile", "toascii", "printf"};

// How many arguments each takes.
std::pair<std::size_t, std::size_t> counts(Function function) {
  switch (function) {
    case Function::length: return {0, 1};
    case Function::substr: return {2, 3};
    case Function::split: return {2, 3};
    case Function::sub:
    case Function::gsub: return {2, 3};
    case Function::index:
    case Function::match:
    case Function::atan2: return {2, 2};
    case Function::sprintf: return {1, 1000};
    case Function::systime: return {0, 0};
    default: return {1, 1};
  }
}

bool assignable(const Node& node) {
  return node.kind == Node::Kind::variable || node.kind == Node::Kind::field || node.kind == Node::Kind::element;
}

}  // namespace

void ExpressionParser::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
}

void ExpressionParser::odd() {
  const std::string_view rest = tokens_.now().rest;
  fail(rest.empty() ? "the program ends too early" : fmt::format("not modelled here: {}", rest.substr(0, 20)));
}

void ExpressionParser::expect(std::string_view sign) {
  if (!tokens_.take(sign)) odd();
}

NodePtr ExpressionParser::node(Node::Kind kind, char op, NodePtr a, NodePtr b, NodePtr c) {
  auto made = std::make_unique<Node>();
  made->kind = kind;
  made->op = op;
  for (NodePtr* kid : {&a, &b, &c}) {
    if (*kid == nullptr) continue;
    made->depth = std::max(made->depth, (*kid)->depth + 1);
    made->kids.push_back(std::move(*kid));
  }
  if (made->depth > kDeepest) fail("nested too deeply");
  return made;
}

int ExpressionParser::array(const std::string& name) {
  auto& arrays = program_.arrays;
  const auto found = std::ranges::find(arrays, name);
  const auto at = static_cast<int>(found - arrays.begin());
  if (found == arrays.end()) arrays.push_back(name);
  return at;
}

std::vector<NodePtr> ExpressionParser::expressions(bool in_print) {
  std::vector<NodePtr> result;
  do {
    tokens_.skip_newlines();
    result.push_back(expression(in_print));
  } while (good() && tokens_.take(","));
  return result;
}

NodePtr ExpressionParser::expression(bool in_print) {
  const bool before = std::exchange(in_print_, in_print);
  if (++depth_ > kDeepest) fail("nested too deeply");
  NodePtr left = good() ? conditional() : node(Node::Kind::number);
  for (const std::string_view sign : {"=", "+=", "-=", "*=", "/=", "%=", "^="}) {
    if (!good() || !tokens_.is(sign)) continue;
    if (!assignable(*left)) {
      odd();
      break;
    }
    tokens_.advance();
    tokens_.skip_newlines();
    left = node(Node::Kind::assign, sign[0], std::move(left), expression(in_print));
    break;
  }
  --depth_;
  in_print_ = before;
  return left;
}

NodePtr ExpressionParser::conditional() {
  NodePtr left = either();
  if (!good() || !tokens_.take("?")) return left;
  tokens_.skip_newlines();
  NodePtr yes = expression(in_print_);
  tokens_.skip_newlines();
  expect(":");
  tokens_.skip_newlines();
  return node(Node::Kind::conditional, 0, std::move(left), std::move(yes), expression(in_print_));
}

NodePtr ExpressionParser::either() {
  NodePtr left = both();
  while (good() && tokens_.take("||")) {
    tokens_.skip_newlines();
    left = node(Node::Kind::either, 0, std::move(left), both());
  }
  return left;
}

NodePtr ExpressionParser::both() {
  NodePtr left = membership();
  while (good() && tokens_.take("&&")) {
    tokens_.skip_newlines();
    left = node(Node::Kind::both, 0, std::move(left), membership());
  }
  return left;
}

NodePtr ExpressionParser::membership() {
  NodePtr left = matching();
  while (good() && tokens_.word("in")) {
    tokens_.advance();
    if (tokens_.now().kind != Token::Kind::name) {
      odd();
      break;
    }
    left = node(Node::Kind::in, 0, std::move(left));
    left->slot = array(tokens_.now().text);
    tokens_.advance();
  }
  return left;
}

// From the left, as long as one of the signs follows.
NodePtr ExpressionParser::chain(NodePtr (ExpressionParser::*operand)(), std::initializer_list<std::string_view> signs,
                                Node::Kind kind) {
  NodePtr left = (this->*operand)();
  while (good() && std::ranges::any_of(signs, [this](std::string_view sign) { return tokens_.is(sign); })) {
    const char op = tokens_.now().text[0];
    tokens_.advance();
    left = node(kind, op, std::move(left), (this->*operand)());
  }
  return left;
}

NodePtr ExpressionParser::matching() { return chain(&ExpressionParser::comparison, {"~", "!~"}, Node::Kind::match); }

NodePtr ExpressionParser::comparison() {
  constexpr std::pair<std::string_view, char> kSigns[] = {{"<", '<'},  {"<=", 'l'}, {"==", '='},
                                                          {"!=", '!'}, {">", '>'},  {">=", 'g'}};
  NodePtr left = concatenation();
  for (const auto& [sign, op] : kSigns) {
    if (!good() || !tokens_.is(sign) || (op == '>' && in_print_)) continue;
    tokens_.advance();
    return node(Node::Kind::compare, op, std::move(left), concatenation());
  }
  return left;
}

bool ExpressionParser::begins_operand() const {
  switch (tokens_.now().kind) {
    case Token::Kind::number:
    case Token::Kind::text: return true;
    case Token::Kind::name:
    case Token::Kind::call: return !tokens_.word("in");
    case Token::Kind::sign:
      return std::ranges::any_of(std::initializer_list<std::string_view>{"$", "!", "(", "-", "+", "++", "--"},
                                 [this](std::string_view sign) { return tokens_.is(sign); });
    default: return false;
  }
}

NodePtr ExpressionParser::concatenation() {
  NodePtr left = additive();
  while (good() && begins_operand()) left = node(Node::Kind::concat, 0, std::move(left), additive());
  return left;
}

NodePtr ExpressionParser::additive() {
  return chain(&ExpressionParser::multiplicative, {"+", "-"}, Node::Kind::arithmetic);
}

NodePtr ExpressionParser::multiplicative() {
  return chain(&ExpressionParser::unary, {"*", "/", "%"}, Node::Kind::arithmetic);
}

NodePtr ExpressionParser::unary() {
  for (const std::string_view sign : {"!", "-", "+"}) {
    if (!good() || !tokens_.is(sign)) continue;
    tokens_.advance();
    if (++depth_ > kDeepest) fail("nested too deeply");
    NodePtr operand = good() ? unary() : node(Node::Kind::number);
    --depth_;
    return node(Node::Kind::sign, sign[0], std::move(operand));
  }
  return power();
}

NodePtr ExpressionParser::power() {
  NodePtr left = postfix();
  if (!good() || !tokens_.take("^")) return left;
  if (++depth_ > kDeepest) fail("nested too deeply");
  NodePtr right = good() ? unary() : node(Node::Kind::number);
  --depth_;
  return node(Node::Kind::arithmetic, '^', std::move(left), std::move(right));
}

NodePtr ExpressionParser::postfix() {
  for (const std::string_view sign : {"++", "--"}) {
    if (!good() || !tokens_.is(sign)) continue;
    tokens_.advance();
    NodePtr operand = primary();
    if (good() && !assignable(*operand)) odd();
    return node(Node::Kind::step, sign == "++" ? 'i' : 'd', std::move(operand));
  }
  NodePtr operand = primary();
  for (const std::string_view sign : {"++", "--"}) {
    if (!good() || !assignable(*operand) || !tokens_.is(sign)) continue;
    tokens_.advance();
    return node(Node::Kind::step, sign == "++" ? 'I' : 'D', std::move(operand));
  }
  return operand;
}

NodePtr ExpressionParser::regex() {
  std::string text;
  if (!tokens_.take_regex(text)) {
    fail("an expression does not end");
    return node(Node::Kind::number);
  }
  NodePtr made = node(Node::Kind::regex);
  auto compiled = Regex::compile(text, {Regex::Syntax::extended, false, false, false});
  if (!compiled) {
    fail(compiled.error());
  } else {
    made->regex = std::move(*compiled);
  }
  return made;
}

NodePtr ExpressionParser::grouped() {
  std::vector<NodePtr> inner = expressions(false);
  tokens_.skip_newlines();
  expect(")");
  if (inner.size() == 1) return node(Node::Kind::group, 0, std::move(inner[0]));
  if (!good() || !tokens_.word("in")) {  // (A, B): of print, or an index
    NodePtr list = node(Node::Kind::group);
    for (const NodePtr& each : inner) list->depth = std::max(list->depth, each->depth + 1);
    list->kids = std::move(inner);
    return list;
  }
  tokens_.advance();
  NodePtr made = node(Node::Kind::in);
  for (const NodePtr& each : inner) made->depth = std::max(made->depth, each->depth + 1);
  made->kids = std::move(inner);
  if (tokens_.now().kind != Token::Kind::name) odd();
  made->slot = array(tokens_.now().text);
  tokens_.advance();
  return made;
}

NodePtr ExpressionParser::primary() {
  if (++depth_ > kDeepest) fail("nested too deeply");
  const auto leave = [this](NodePtr made) {
    --depth_;
    return made;
  };
  if (!good()) return leave(node(Node::Kind::number));
  const Token now = tokens_.now();
  switch (now.kind) {
    case Token::Kind::number: {
      tokens_.advance();
      NodePtr made = node(Node::Kind::number);
      made->number = now.number;
      return leave(std::move(made));
    }
    case Token::Kind::text: {
      tokens_.advance();
      NodePtr made = node(Node::Kind::text);
      made->text = now.text;
      return leave(std::move(made));
    }
    case Token::Kind::name:
    case Token::Kind::call: return leave(named());
    case Token::Kind::sign:
      if (tokens_.is("/") || tokens_.is("/=")) return leave(regex());
      if (tokens_.take("(")) return leave(grouped());
      if (tokens_.take("$")) {
        const bool steps = tokens_.is("++") || tokens_.is("--");
        NodePtr which = steps ? postfix() : tokens_.is("-") ? unary() : primary();
        return leave(node(Node::Kind::field, 0, std::move(which)));
      }
      [[fallthrough]];
    default: odd(); return leave(node(Node::Kind::number));
  }
}

NodePtr ExpressionParser::named() {
  const Token now = tokens_.now();
  if (std::ranges::find(kRefused, now.text) != std::end(kRefused)) {
    fail(fmt::format("'{}' of awk is not modelled", now.text));
    return node(Node::Kind::number);
  }
  const auto function =
      std::ranges::find(kFunctions, std::string_view(now.text), [](const auto& f) { return f.first; });
  tokens_.advance();
  if (function != std::end(kFunctions)) return call(now.text);
  if (now.kind == Token::Kind::call) {
    fail(fmt::format("the function '{}' is not modelled", now.text));
    return node(Node::Kind::number);
  }
  if (tokens_.take("[")) {
    NodePtr made = node(Node::Kind::element);
    made->slot = array(now.text);
    made->kids = expressions(false);
    for (const NodePtr& each : made->kids) made->depth = std::max(made->depth, each->depth + 1);
    expect("]");
    return made;
  }
  NodePtr made = node(Node::Kind::variable);
  made->slot = program_.variable(now.text);
  made->text = now.text;
  ++plain_[now.text];
  return made;
}

NodePtr ExpressionParser::call(const std::string& name) {
  NodePtr made = node(Node::Kind::call);
  made->function =
      std::ranges::find(kFunctions, std::string_view(name), [](const auto& each) { return each.first; })->second;
  if (tokens_.take("(")) {
    if (!tokens_.is(")")) made->kids = expressions(false);
    tokens_.skip_newlines();
    expect(")");
  } else {
    made->bare = true;
    if (made->function != Function::length) odd();
  }
  const auto [least, most] = counts(made->function);
  if (good() && (made->kids.size() < least || made->kids.size() > most))
    fail(fmt::format("the arguments of {} are not modelled so", name));
  for (const NodePtr& each : made->kids) made->depth = std::max(made->depth, each->depth + 1);
  if (!good()) return made;
  const auto& kids = made->kids;
  // length(ARRAY), and split into one: a name that no index shows to be an array.
  const bool split = made->function == Function::split;
  const bool length = made->function == Function::length && kids.size() == 1;
  if (split || length) {
    const Node& named = *kids[split ? 1 : 0];
    const bool known =
        named.kind == Node::Kind::variable && std::ranges::find(program_.arrays, named.text) != program_.arrays.end();
    if (split && named.kind != Node::Kind::variable) odd();
    if (split || known) {
      made->slot = array(named.text);
      --plain_[named.text];
    }
    made->op = known ? 'a' : 0;
  }
  const bool changes = made->function == Function::sub || made->function == Function::gsub;
  if (changes && kids.size() == 3 && !assignable(*kids[2])) odd();
  return made;
}

}  // namespace lvs::control::awk
