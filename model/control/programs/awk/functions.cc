// SPDX-License-Identifier: GPL-2.0-or-later
// What awk brings along.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>

#include "control/programs/awk/format.h"
#include "control/programs/awk/run.h"

namespace lvs::control::awk {
namespace {

std::string mapped(std::string text, int (*to)(int)) {
  std::ranges::transform(text, text.begin(), [to](unsigned char c) { return static_cast<char>(to(c)); });
  return text;
}

// The text that takes the place of a match: & is the match, \& an ampersand.
std::string replacement(std::string_view by, std::string_view match) {
  std::string result;
  for (std::size_t i = 0; i < by.size(); ++i) {
    if (by[i] == '\\' && i + 1 < by.size() && (by[i + 1] == '&' || by[i + 1] == '\\')) {
      result += by[++i];
    } else if (by[i] == '&') {
      result += match;
    } else {
      result += by[i];
    }
  }
  return result;
}

}  // namespace

Value Run::call(const Node& node) {
  const auto text = [&](std::size_t i) { return eval(*node.kids[i]).text(special_text(Special::CONVFMT)); };
  const auto number = [&](std::size_t i) { return eval(*node.kids[i]).number(); };
  switch (node.function) {
    case Function::length:
      if (node.op == 'a') return static_cast<double>(arrays_[static_cast<std::size_t>(node.slot)].size());
      return static_cast<double>(node.kids.empty() ? record_.size() : text(0).size());
    case Function::substr: return substr(node);
    case Function::index: {
      const std::string whole = text(0);
      const std::size_t at = whole.find(text(1));
      return at == std::string::npos ? 0.0 : static_cast<double>(at + 1);
    }
    case Function::split: return split(node);
    case Function::sub:
    case Function::gsub: return substitute(node);
    case Function::match: return find(node);
    case Function::sprintf: {
      std::vector<Value> values;
      for (const NodePtr& kid : node.kids) values.push_back(eval(*kid));
      std::string out;
      if (!format_values(values[0].text(), std::span(values).subspan(1), special_text(Special::CONVFMT), out))
        fatal("run time error: " + out);
      spend(out.size());
      return Value(std::move(out));
    }
    case Function::tolower: return Value(mapped(text(0), std::tolower));
    case Function::toupper: return Value(mapped(text(0), std::toupper));
    case Function::integer: return std::trunc(number(0));
    case Function::sqrt: return std::sqrt(number(0));
    case Function::exp: return std::exp(number(0));
    case Function::log: return std::log(number(0));
    case Function::sin: return std::sin(number(0));
    case Function::cos: return std::cos(number(0));
    case Function::atan2: {
      const double y = number(0);
      return std::atan2(y, number(1));
    }
    case Function::systime:
      return static_cast<double>(
          std::chrono::floor<std::chrono::seconds>(machine_.epoch + machine_.host().now()).count());
  }
  return {};
}

// As mawk 1.3.4 cuts: numbers are cut to whole ones, and what lies before the first character makes the length longer.
Value Run::substr(const Node& node) {
  const std::string text = eval(*node.kids[0]).text(special_text(Special::CONVFMT));
  const double size = static_cast<double>(text.size());
  double begin = std::trunc(eval(*node.kids[1]).number());
  double length = node.kids.size() == 3 ? std::trunc(eval(*node.kids[2]).number()) : size;
  if (node.kids.size() == 3 && begin < 0) length -= begin;
  begin = std::max(begin, 1.0);
  if (!(length > 0) || !(begin <= size)) return Value(std::string());
  spend(text.size());
  return Value(text.substr(static_cast<std::size_t>(begin) - 1, static_cast<std::size_t>(std::min(length, size))));
}

Value Run::split(const Node& node) {
  const std::string text = eval(*node.kids[0]).text(special_text(Special::CONVFMT));
  std::string separator = special_text(Special::FS);
  std::vector<std::string> parts;
  if (node.kids.size() == 3 && node.kids[2]->kind == Node::Kind::regex) {
    std::size_t at = 0;
    while (const auto match = node.kids[2]->regex->search(text, at)) {
      if (match->end == match->begin) break;
      parts.push_back(text.substr(at, match->begin - at));
      at = match->end;
    }
    if (!text.empty()) parts.push_back(text.substr(at));
    spend(text.size());
  } else {
    if (node.kids.size() == 3) separator = eval(*node.kids[2]).text();
    parts = pieces(text, separator);
  }
  Array& array = arrays_[static_cast<std::size_t>(node.slot)];
  array.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) array.at(std::to_string(i + 1)) = Value::input(parts[i]);
  return static_cast<double>(parts.size());
}

Value Run::substitute(const Node& node) {
  const Regex* const by = expression(*node.kids[0]);
  const std::string with = eval(*node.kids[1]).text(special_text(Special::CONVFMT));
  Node whole;
  whole.kind = Node::Kind::field;
  whole.kids.push_back(std::make_unique<Node>());
  const Node& target = node.kids.size() == 3 ? *node.kids[2] : whole;
  const std::string text = eval(target).text(special_text(Special::CONVFMT));
  if (by == nullptr) return {};
  std::string result;
  double count = 0;
  std::size_t at = 0;
  bool may_be_empty = true;  // not right behind another match
  while (at <= text.size() && spend(text.size() - at)) {
    const auto match = by->search(text, at);
    if (!match) break;
    result.append(text, at, match->begin - at);
    const bool empty = match->begin == match->end;
    if (!empty || match->begin > at || may_be_empty) {
      ++count;
      result += replacement(with, std::string_view(text).substr(match->begin, match->end - match->begin));
    }
    at = match->end;
    may_be_empty = empty;
    if (empty && at < text.size()) result += text[at];
    if (empty) ++at;
    if (node.function == Function::sub) break;
    if (!spend(result.size() / 64)) break;
  }
  if (at < text.size()) result.append(text, at);
  if (count > 0 && spend(result.size())) store(target, Value(std::move(result)));
  return count;
}

Value Run::find(const Node& node) {
  const std::string text = eval(*node.kids[0]).text(special_text(Special::CONVFMT));
  const Regex* const by = expression(*node.kids[1]);
  spend(text.size());
  const auto match = by == nullptr ? std::nullopt : by->search(text);
  special(Special::RSTART) = Value(match ? static_cast<double>(match->begin + 1) : 0.0);
  special(Special::RLENGTH) = Value(match ? static_cast<double>(match->end - match->begin) : -1.0);
  return special(Special::RSTART);
}

}  // namespace lvs::control::awk
