// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/bash/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/pattern.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

// How many groups the expression has: re_nsub of regcomp(3).
std::size_t groups_of(std::string_view expression) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\') {
      ++i;
    } else if (expression[i] == '[') {
      const std::size_t first = i + (expression.substr(i + 1).starts_with('^') ? 2 : 1);
      i = std::min(expression.find(']', first + 1), expression.size());
    } else if (expression[i] == '(') {
      ++groups;
    }
  }
  return groups;
}

// bash: expr.c of "conditional expressions": || binds loosest, then &&, !, ( ).
class Condition {
 public:
  Condition(const std::vector<ShellWord>& words, const ShellValues& values, Machine& machine, Io& io,
            std::string& error)
      : words_(words), values_(values), machine_(machine), io_(io), error_(error) {}

  int run() {
    const bool holds = any();
    if (error_.empty() && !is("]]")) error_ = "syntax error near `" + words_[at_].text() + "'";
    return error_.empty() ? (holds ? 0 : 1) : 2;
  }

 private:
  static constexpr unsigned kDeepest = 100;

  bool is(std::string_view text) const {
    return at_ < words_.size() && !words_[at_].quoted && words_[at_].is_text() && words_[at_].text() == text;
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }

  bool any() {
    bool holds = all();
    while (take("||")) holds = all() || holds;
    return holds;
  }
  bool all() {
    bool holds = one();
    while (take("&&")) holds = one() && holds;
    return holds;
  }
  bool one() {
    if (++depth_ > kDeepest) error_ = "nested too deeply";
    if (!error_.empty()) return false;
    if (take("!")) return !one();
    if (!take("(")) return primary();
    const bool holds = any();
    if (!take(")")) error_ = "expected `)'";
    return holds;
  }

  std::string text_of(const ShellWord& word) {
    const Expanded expanded = expand_whole(word, values_);
    if (!expanded.error.empty()) error_ = expanded.error;
    return expanded.words.empty() ? std::string() : expanded.words.front().text;
  }

  bool primary() {
    if (at_ + 1 >= words_.size()) {
      error_ = "unexpected argument to conditional operator";
      return false;
    }
    const ShellWord& first = words_[at_++];
    constexpr auto kUnary = std::to_array<std::string_view>({"-n", "-z", "-e", "-f", "-d", "-r", "-s", "-w", "-x"});
    const std::string name = !first.quoted && first.is_text() ? first.text() : std::string();
    const bool ends = is("]]") || is("&&") || is("||") || is(")");
    if (name == "-v" && !ends) return values_.is_set(text_of(words_[at_++])).value_or(false);
    if (std::ranges::find(kUnary, name) != kUnary.end() && !ends) return test({name, text_of(words_[at_++])});
    if (ends) return !text_of(first).empty();
    return binary(text_of(first));
  }

  bool binary(const std::string& left) {
    const std::string by = words_[at_].is_text() ? words_[at_].text() : std::string();
    ++at_;
    if (at_ >= words_.size()) {
      error_ = "unexpected argument to conditional binary operator";
      return false;
    }
    const ShellWord& right = words_[at_++];
    if (by == "==" || by == "=" || by == "!=") {
      const Expanded pattern = expand_pattern(right, values_);
      if (!pattern.error.empty()) error_ = pattern.error;
      return matches(pattern.words.front().text, left) == (by != "!=");
    }
    if (by == "=~") {
      const Expanded expression = expand_expression(right, values_);
      if (!expression.error.empty()) error_ = expression.error;
      const std::string& text = expression.words.front().text;
      const auto regex = Regex::compile(text, {Regex::Syntax::extended});
      return regex && keep_match(regex->search(left), left, groups_of(text));
    }
    if (by == "<") return left < text_of(right);
    if (by == ">") return left > text_of(right);
    constexpr auto kNumbers = std::to_array<std::string_view>({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"});
    if (std::ranges::find(kNumbers, by) == kNumbers.end()) {
      error_ = "conditional binary operator expected";
      return false;
    }
    return test({number_of(left), by, number_of(text_of(right))});
  }

  // BASH_REMATCH: the match and its groups.
  bool keep_match(const std::optional<Regex::Match>& match, const std::string& text, std::size_t groups) {
    const std::string name = "BASH_REMATCH";
    clear_array(values_, name, false);
    if (!match) return false;
    for (std::size_t i = 0; i < std::min<std::size_t>(groups + 1, Regex::kGroups); ++i) {
      const auto [begin, end] = i == 0 ? std::pair(match->begin, match->end) : match->groups[i];
      const bool part = begin != std::string::npos;
      set_element(values_, name, std::to_string(i), part ? text.substr(begin, end - begin) : "", false);
    }
    return true;
  }

  // Numbers are expressions here: names are those of variables.
  std::string number_of(const std::string& text) {
    if (text.empty()) return "0";
    return evaluate(text, values_, error_).value_or("0");
  }

  bool test(const std::vector<std::string>& words) {
    if (!error_.empty()) return false;
    std::vector<Word> command{{"test", 1}};
    for (const std::string& each : words) command.push_back({each, 1});
    auto parsed = parse_command(command);
    int status = 2;
    if (parsed) (*parsed)->start(machine_, io_, [&](int ended) { status = ended; });
    return status == 0;
  }

  const std::vector<ShellWord>& words_;
  const ShellValues& values_;
  Machine& machine_;
  Io& io_;
  std::string& error_;
  std::size_t at_ = 1;
  unsigned depth_ = 0;
};

}  // namespace

// [ -v NAME ], [ ! -v NAME ]: only the shell knows.
bool is_test_of_name(const SimpleCommand& command) {
  const auto& words = command.words;
  const auto is = [&](std::size_t i, std::string_view text) {
    return i < words.size() && words[i].is_text() && words[i].text() == text;
  };
  if (!is(0, "[") && !is(0, "test")) return false;
  const std::size_t at = is(1, "!") ? 2 : 1;
  return is(at, "-v") && words.size() == at + (is(0, "[") ? 3 : 2);
}

bool is_condition(const SimpleCommand& command) {
  if (command.words.size() < 2) return false;
  const ShellWord& name = command.words.front();
  return !name.quoted && name.is_text() &&
         (is_test_of_name(command) || name.text() == "[[" || name.text() == "((" || name.text().starts_with("=(") ||
          name.text() == "=[" || name.text() == "let");
}

namespace {

// NAME=(...) and NAME+=(...), behind declare -A too.
void set_array(const SimpleCommand& command, const ShellValues& values, std::string& error) {
  std::string name = command.words[1].text();
  const bool adds = name.ends_with('+');
  if (adds) name.pop_back();
  const Expanded elements = expand(command.words, values);  // the two in front as they are
  error = elements.error;
  if (!error.empty()) return;
  const bool named = command.words.front().text() == "=(A" || values.variable(name + "[A]") == "1";
  if (!adds) clear_array(values, name, named);
  for (std::size_t i = 2; i < elements.words.size() && error.empty(); ++i) {
    const std::string& text = elements.words[i].text;
    const std::size_t close = text.starts_with('[') ? text.find("]=") : std::string::npos;
    if (close != std::string::npos) {
      const std::string index = text.substr(1, close - 1);
      const auto key = named ? std::optional(index) : array_key(values, name, index, error);
      if (key) set_element(values, name, *key, text.substr(close + 2), false);
    } else if (named) {
      error = fmt::format("{}: {}: must use subscript when assigning associative array", name, text);
    } else {
      const auto keys = array_keys(values, name);
      const long long next = keys.empty() ? 0 : base::number<long long>(keys.back()).value_or(0) + 1;
      set_element(values, name, std::to_string(next), text, false);
    }
  }
}

// NAME[INDEX]=VALUE, as often as it stands there.
void set_elements(const SimpleCommand& command, const ShellValues& values, std::string& error) {
  for (std::size_t i = 1; i + 2 < command.words.size() && error.empty(); i += 3) {
    std::string name = command.words[i].text();
    const bool adds = name.ends_with('+');
    if (adds) name.pop_back();
    const Expanded index = expand_whole(command.words[i + 1], values);
    const Expanded value = expand_whole(command.words[i + 2], values);
    error = index.error.empty() ? value.error : index.error;
    if (!error.empty() || index.words.empty()) return;
    const std::string& text = index.words.front().text;
    const bool named = values.variable(name + "[A]") == "1";
    const auto key = named ? std::optional(text) : array_key(values, name, text, error);
    if (key) set_element(values, name, *key, value.words.empty() ? "" : value.words.front().text, adds);
  }
}

}  // namespace

int test_condition(const SimpleCommand& command, const ShellValues& values, Machine& machine, Io& io,
                   const std::string& place) {
  const std::string name = command.words.front().text();
  std::string error;
  int status = 0;
  if (is_test_of_name(command)) {
    const bool negated = command.words[1].text() == "!";
    const Expanded wanted = expand_whole(command.words[negated ? 3 : 2], values);
    error = wanted.error;
    const bool is_set = error.empty() && values.is_set(wanted.words.front().text).value_or(false);
    status = is_set != negated ? 0 : 1;
  } else if (name == "[[") {
    status = Condition(command.words, values, machine, io, error).run();
  } else if (name.starts_with("=(")) {
    set_array(command, values, error);
  } else if (name == "=[") {
    set_elements(command, values, error);
  } else if (name == "let") {
    const Expanded words = expand(command.words, values);
    error = words.error;
    std::string last = "0";
    for (std::size_t i = 1; i < words.words.size() && error.empty(); ++i)
      last = evaluate(words.words[i].text, values, error).value_or("0");
    status = last == "0" ? 1 : 0;
  } else {
    const Expanded value = expand_whole(command.words[1], values);
    error = value.error;
    status = value.words.empty() || value.words.front().text == "0" ? 1 : 0;
  }
  if (error.empty()) return status;
  if (is_unbound(error)) return io.complain(place + error + "\n"), kUnset;
  io.complain(place + (name == "((" || name == "let" ? name + ": " : "") + error + "\n");
  return 1;
}

}  // namespace lvs::control
