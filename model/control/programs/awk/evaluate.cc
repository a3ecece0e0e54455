// SPDX-License-Identifier: GPL-2.0-or-later
// Expressions of an awk program.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "control/programs/awk/format.h"
#include "control/programs/awk/run.h"

namespace lvs::control::awk {
namespace {

constexpr double kMostFields = 32767;

}  // namespace

Value Run::eval(const Node& node) {
  if (!spend()) return {};
  const auto kid = [&](std::size_t i) { return eval(*node.kids[i]); };
  switch (node.kind) {
    case Node::Kind::number: return node.number;
    case Node::Kind::text: return Value(node.text);
    case Node::Kind::regex: return node.regex->found_in(record_) ? 1.0 : 0.0;
    case Node::Kind::variable: return variables_[static_cast<std::size_t>(node.slot)];
    case Node::Kind::field: return field(kid(0).number());
    case Node::Kind::element: return arrays_[static_cast<std::size_t>(node.slot)].at(key(node.kids));
    case Node::Kind::group: return kid(0);
    case Node::Kind::assign: return assign(node);
    case Node::Kind::conditional: return kid(0).holds() ? kid(1) : kid(2);
    case Node::Kind::either: return kid(0).holds() || kid(1).holds() ? 1.0 : 0.0;
    case Node::Kind::both: return kid(0).holds() && kid(1).holds() ? 1.0 : 0.0;
    case Node::Kind::in: return arrays_[static_cast<std::size_t>(node.slot)].has(key(node.kids)) ? 1.0 : 0.0;
    case Node::Kind::match: {
      const bool found = matches(*node.kids[1], kid(0).text(special_text(Special::CONVFMT)));
      return found == (node.op == '~') ? 1.0 : 0.0;
    }
    case Node::Kind::compare: return compares(node) ? 1.0 : 0.0;
    case Node::Kind::concat: {
      const std::string format = special_text(Special::CONVFMT);
      std::string text = kid(0).text(format);
      text += kid(1).text(format);
      return spend(text.size()) ? Value(std::move(text)) : Value();
    }
    case Node::Kind::arithmetic: {
      const double left = kid(0).number();
      return arithmetic(node.op, left, kid(1).number());
    }
    case Node::Kind::sign: {
      const Value value = kid(0);
      if (node.op == '!') return value.holds() ? 0.0 : 1.0;
      return node.op == '-' ? -value.number() : value.number();
    }
    case Node::Kind::step: return step(node);
    case Node::Kind::call: return call(node);
  }
  return {};
}

Value Run::arithmetic(char op, double a, double b) {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/':
      if (b == 0) {
        fatal("division by zero");
        return {};
      }
      return a / b;
    case '%':
      if (b == 0) {
        fatal("division by zero in %");
        return {};
      }
      return std::fmod(a, b);
    default: return std::pow(a, b);
  }
}

Value Run::assign(const Node& node) {
  Value value = eval(*node.kids[1]);
  if (node.op != '=') value = arithmetic(node.op, eval(*node.kids[0]).number(), value.number());
  if (!over_) store(*node.kids[0], value);
  return value;
}

Value Run::step(const Node& node) {
  const double before = eval(*node.kids[0]).number();
  const double after = before + (node.op == 'i' || node.op == 'I' ? 1 : -1);
  store(*node.kids[0], after);
  return node.op == 'I' || node.op == 'D' ? before : after;
}

bool Run::compares(const Node& node) {
  const Value left = eval(*node.kids[0]), right = eval(*node.kids[1]);
  const int order = compare(left, right, special_text(Special::CONVFMT));
  switch (node.op) {
    case '<': return order == -1;
    case 'l': return order == -1 || order == 0;
    case '=': return order == 0;
    case '!': return order != 0;
    case '>': return order == 1;
    default: return order == 1 || order == 0;
  }
}

const Regex* Run::expression(const std::string& text) {
  if (const auto found = expressions_.find(text); found != expressions_.end()) return &found->second;
  auto compiled = Regex::compile(text, {Regex::Syntax::extended, false, false, false});
  if (!compiled || !spend(text.size() * 64)) {
    fatal(fmt::format("regular expression compile failed ({})\n{}", compiled ? "too long" : compiled.error(), text));
    return nullptr;
  }
  return &expressions_.emplace(text, std::move(*compiled)).first->second;
}

const Regex* Run::expression(const Node& node) {
  if (node.kind == Node::Kind::regex) return &*node.regex;
  return expression(eval(node).text());
}

bool Run::matches(const Node& node, const std::string& text) {
  const Regex* const by = expression(node);
  spend(text.size());
  return by != nullptr && by->found_in(text);
}

Value Run::field(double number) {
  if (number < 0 || number > kMostFields) {
    fatal(fmt::format("program limit exceeded: field index {} is out of range", static_cast<long>(number)));
    return {};
  }
  const auto index = static_cast<std::size_t>(number);
  if (index == 0) return Value::input(record_);
  return index <= fields_.size() ? Value::input(fields_[index - 1]) : Value();
}

std::string Run::key(const std::vector<NodePtr>& kids) {
  std::string result;
  for (const NodePtr& kid : kids) {
    if (&kid != &kids.front()) result += special_text(Special::SUBSEP);
    result += eval(*kid).text(special_text(Special::CONVFMT));
  }
  spend(result.size());
  return result;
}

double Run::count_of(const Value& value) { return std::clamp(std::floor(value.number()), 0.0, kMostFields); }

void Run::store(int slot, Value value) {
  if (slot == static_cast<int>(Special::NF)) {
    fields_.resize(static_cast<std::size_t>(count_of(value)));
    variables_[static_cast<std::size_t>(slot)] = std::move(value);
    return join_fields();
  }
  const bool format = slot == static_cast<int>(Special::CONVFMT) || slot == static_cast<int>(Special::OFMT);
  if (format && !is_number_format(value.text())) return fatal("not modelled: this CONVFMT or OFMT");
  variables_[static_cast<std::size_t>(slot)] = std::move(value);
}

void Run::store(const Node& target, Value value) {
  if (target.kind == Node::Kind::variable) return store(target.slot, std::move(value));
  if (target.kind == Node::Kind::element) {
    arrays_[static_cast<std::size_t>(target.slot)].at(key(target.kids)) = std::move(value);
    return;
  }
  const double number = eval(*target.kids[0]).number();
  if (number < 0 || number > kMostFields) {
    field(number);  // says so
    return;
  }
  const auto index = static_cast<std::size_t>(number);
  std::string text = value.text(special_text(Special::CONVFMT));
  if (index == 0) return set_record(std::move(text));
  if (fields_.size() < index) {
    fields_.resize(index);
    special(Special::NF) = Value(static_cast<double>(index));
  }
  fields_[index - 1] = std::move(text);
  join_fields();
}

}  // namespace lvs::control::awk
