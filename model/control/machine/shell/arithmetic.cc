// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"
#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

constexpr std::string_view kUnbound = ": unbound variable";

// Arithmetic expansion, wrapping around like the machine's integers. What does not count (behind "0 &&", the other
// side of "?:") is read, and changes nothing.
class Arithmetic {
 public:
  Arithmetic(std::string_view text, const ShellValues& values, std::string& error)
      : whole_(text), text_(text), values_(values), error_(error) {}

  std::optional<std::int64_t> run() {
    const std::int64_t value = all();
    skip_blanks();
    if (!text_.empty()) fail("expecting EOF", left_over());
    if (!known_) return std::nullopt;
    return value;
  }

 private:
  static constexpr unsigned kDeepest = 100, kMostNested = 10'000;
  static constexpr std::string_view kNoOperand = "syntax error: operand expected";

  static std::int64_t wrap(std::uint64_t value) { return static_cast<std::int64_t>(value); }
  static std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

  // In dash's words, or in bash's with the token where it stands.
  void fail(std::string_view what, std::string_view bash = kNoOperand) {
    skip_blanks();
    fail_at(what, bash, text_.empty() ? last_ : text_);
  }
  void fail_at(std::string_view what, std::string_view bash, std::string_view token) {
    if (error_.empty() && values_.is_bash())
      error_ = fmt::format("{}: {} (error token is \"{}\")", whole_, bash, token);
    else if (error_.empty())
      error_ = fmt::format("arithmetic expression: {}: \"{}\"", what, whole_);
    text_ = {};
  }
  // What no operator and no number begins with.
  std::string_view left_over() const {
    const bool token = std::isalnum(static_cast<unsigned char>(text_[0])) != 0 ||
                       std::string_view("_=!<>+-*/%&|^~?:,()").find(text_[0]) != std::string_view::npos;
    return token ? "syntax error in expression" : "syntax error: invalid arithmetic operator";
  }
  void skip_blanks() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_[0])) != 0) text_.remove_prefix(1);
  }
  bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_[0] != c) return false;
    last_ = text_;
    text_.remove_prefix(1);
    return true;
  }

  // From the loosest to the tightest; the longer of two that begin alike first.
  struct Operator {
    std::string_view text;
    unsigned level;
  };
  static constexpr auto kOperators = std::to_array<Operator>({{"||", 1},
                                                              {"&&", 2},
                                                              {"==", 6},
                                                              {"!=", 6},
                                                              {"<<", 8},
                                                              {">>", 8},
                                                              {"<=", 7},
                                                              {">=", 7},
                                                              {"<", 7},
                                                              {">", 7},
                                                              {"|", 3},
                                                              {"^", 4},
                                                              {"&", 5},
                                                              {"+", 9},
                                                              {"-", 9},
                                                              {"**", 11},
                                                              {"*", 10},
                                                              {"/", 10},
                                                              {"%", 10}});
  static constexpr unsigned kLoosest = 1;

  // The operator that stands here, and no assignment (a += 1).
  const Operator* next_operator() {
    skip_blanks();
    const auto found =
        std::ranges::find_if(kOperators, [&](const Operator& each) { return text_.starts_with(each.text); });
    if (found == kOperators.end()) return nullptr;
    const std::string_view behind = text_.substr(found->text.size());
    if (found->text == "**" && !values_.is_bash()) {
      text_.remove_prefix(1);
      fail("expecting primary");
      return nullptr;
    }
    const bool assigns = behind.starts_with('=') && found->level > 2 && found->level != 6 && found->level != 7;
    return assigns ? nullptr : &*found;
  }

  // Expressions with commas between them: bash's.
  std::int64_t all() {
    std::int64_t value = sum();
    while (values_.is_bash() && take(',')) value = sum();
    return value;
  }

  // A ? B : C, of which B and C may be assignments.
  std::int64_t sum() {
    const std::int64_t value = above(kLoosest);
    if (!take('?')) return value;
    if (++depth_ > kDeepest) fail("expecting primary");
    const std::int64_t first = read(value != 0, [&] { return sum(); });
    if (!take(':')) fail("expecting ':'", "`:' expected for conditional expression");
    const std::int64_t second = read(value == 0, [&] { return sum(); });
    --depth_;
    return value != 0 ? first : second;
  }

  // `counts`: may what is read change anything, and be wrong?
  template <class Read>
  std::int64_t read(bool counts, Read read) {
    if (!counts) ++idle_;
    const std::int64_t value = read();
    if (!counts) --idle_;
    return value;
  }

  // Operators of this level and tighter ones.
  std::int64_t above(unsigned level) {
    std::int64_t value = factor();
    for (;;) {
      const Operator* const found = next_operator();
      if (found == nullptr || found->level < level) return value;
      last_ = text_;
      text_.remove_prefix(found->text.size());
      skip_blanks();
      const bool decided = (found->text == "&&" && value == 0) || (found->text == "||" && value != 0);
      const unsigned next = found->text == "**" ? found->level : found->level + 1;  // to the right
      const std::string_view operand = text_;
      const std::int64_t other = read(!decided, [&] { return above(next); });
      value = apply(found->text, value, other, operand);
      if (!error_.empty()) return 0;
    }
  }

  std::int64_t power(std::int64_t a, std::int64_t b) {
    if (b < 0) fail("exponent less than 0", "exponent less than 0");
    std::uint64_t result = 1, square = bits(a);
    for (; b > 0; b >>= 1, square *= square)
      if ((b & 1) != 0) result *= square;
    return wrap(result);
  }

  // `operand`: where b stands.
  std::int64_t apply(std::string_view by, std::int64_t a, std::int64_t b, std::string_view operand) {
    constexpr std::uint64_t kShift = 63;
    if (by == "||") return static_cast<std::int64_t>(a != 0 || b != 0);
    if (by == "&&") return static_cast<std::int64_t>(a != 0 && b != 0);
    if (by == "==") return static_cast<std::int64_t>(a == b);
    if (by == "!=") return static_cast<std::int64_t>(a != b);
    if (by == "<=") return static_cast<std::int64_t>(a <= b);
    if (by == ">=") return static_cast<std::int64_t>(a >= b);
    if (by == "<") return static_cast<std::int64_t>(a < b);
    if (by == ">") return static_cast<std::int64_t>(a > b);
    if (by == "<<") return wrap(bits(a) << (bits(b) & kShift));
    if (by == ">>") return a >> (bits(b) & kShift);
    if (by == "|") return wrap(bits(a) | bits(b));
    if (by == "^") return wrap(bits(a) ^ bits(b));
    if (by == "&") return wrap(bits(a) & bits(b));
    if (by == "+") return wrap(bits(a) + bits(b));
    if (by == "-") return wrap(bits(a) - bits(b));
    if (by == "**") return power(a, b);
    if (by == "*") return wrap(bits(a) * bits(b));
    if (!known_ || !error_.empty() || idle_ != 0) return 0;
    if (b == 0) {
      fail_at("division by zero", "division by 0", operand);
      return 0;
    }
    if (b == -1) return by == "/" ? wrap(0 - bits(a)) : 0;
    return by == "/" ? a / b : a % b;
  }

  std::int64_t factor() {
    if (++depth_ > kDeepest) {
      fail("expecting primary");
      return 0;
    }
    const std::int64_t value = primary();
    --depth_;
    return value;
  }

  std::int64_t primary() {
    skip_blanks();
    if (at_step()) return step_first();
    if (take('-')) return wrap(0 - bits(factor()));
    if (take('+')) return factor();
    if (text_.starts_with('!') && !text_.starts_with("!=") && take('!'))
      return static_cast<std::int64_t>(factor() == 0);
    if (take('~')) return ~factor();
    if (take('(')) {
      const std::int64_t value = all();
      if (!take(')')) fail("expecting ')'", "missing `)'");
      return value;
    }
    const bool dollar = take('$');
    if (dollar && text_.starts_with('{')) return braces();
    std::size_t length = 0;
    while (length < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[length])) != 0 || text_[length] == '_'))
      ++length;
    const std::string name(text_.substr(0, length));
    if (length != 0) last_ = text_;
    text_.remove_prefix(length);
    if (name.empty()) {
      fail("expecting primary");
      return 0;
    }
    if (values_.is_bash() && !dollar && text_.starts_with('#')) return based(name);
    if (!is_variable_name(name) && !dollar) return number(name);
    if (!dollar && text_.starts_with('[')) return assigned(element(name));
    return dollar ? value_of(name) : assigned(name);
  }

  // BASE#DIGITS of bash.
  std::int64_t based(const std::string& radix) {
    const std::string_view before = text_;
    text_.remove_prefix(1);
    const auto value = take_digits(base::number<unsigned>(radix).value_or(0), text_);
    if (!value) wrong_number(radix + std::string(before.substr(0, before.size() - text_.size())));
    return wrap(value.value_or(0));
  }

  // NAME[INDEX] of bash, up to its ']': the variable that the element is.
  std::string element(const std::string& name) {
    std::size_t end = 1;
    for (unsigned depth = 1; end < text_.size(); ++end) {
      if (text_[end] == '[') ++depth;
      if (text_[end] == ']' && --depth == 0) break;
    }
    const std::string index(text_.substr(1, end - 1));
    text_.remove_prefix(std::min(end + 1, text_.size()));
    const auto key = array_key(values_, name, index, error_);
    if (!key) known_ = false;
    return name + "[" + key.value_or("0") + "]";
  }

  // ${NAME}, ${#NAME[@]}, ${NAME[0]}
  std::int64_t braces() {
    const std::size_t end = text_.find('}');
    if (end == std::string_view::npos) {
      fail("expecting primary");
      return 0;
    }
    std::string inner(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    if (inner.starts_with('#') && is_list(inner)) inner = inner.substr(1, inner.size() - 4) + "[#]";
    const std::size_t open = inner.find('[');
    if (open == std::string::npos || inner.ends_with("[#]")) return value_of(inner);
    const auto key = array_key(values_, inner.substr(0, open), inner.substr(open + 1, inner.size() - open - 2), error_);
    if (!key) known_ = false;
    return key ? value_of(inner.substr(0, open) + "[" + *key + "]") : 0;
  }

  static std::optional<std::int64_t> plain_number(std::string_view digits) {
    const int base = base::take_base(digits);
    return base::number<std::int64_t>(digits, base);
  }

  // Of a variable: bash takes what stands in it for an expression.
  std::int64_t of_value(const std::string& text) {
    const bool negative = text[0] == '-';
    if (const auto value = plain_number(std::string_view(text).substr(negative ? 1 : 0)))
      return negative ? -*value : *value;
    if (!values_.is_bash()) {
      if (error_.empty()) error_ = "Illegal number: " + text;
      return 0;
    }
    if (depth_ >= kDeepest || ++*nested_ > kMostNested) {
      fail("expecting primary", "expression recursion level exceeded");
      return 0;
    }
    Arithmetic inner(text, values_, error_);
    inner.depth_ = depth_ + 1;
    inner.nested_ = nested_;
    inner.idle_ = idle_;
    return inner.run().value_or(0);
  }

  std::int64_t value_of(const std::string& name) {
    const auto value = values_.variable(name);
    if (!value) {
      known_ = false;
      return 0;
    }
    if (values_.is_bash() && values_.wants_variables() && error_.empty() && !values_.is_set(name).value_or(true))
      error_ = name + std::string(kUnbound);
    return value->empty() || !error_.empty() ? 0 : of_value(*value);
  }
  std::int64_t set(const std::string& name, std::int64_t value) {
    const std::size_t open = name.find('[');
    if (idle_ != 0) return value;
    if (known_ && error_.empty() && open != std::string::npos) {
      set_element(values_, name.substr(0, open), name.substr(open + 1, name.size() - open - 2), std::to_string(value),
                  false);
    } else if (known_ && error_.empty()) {
      values_.assign(name, std::to_string(value));
    }
    return value;
  }

  // NAME, NAME = ..., NAME += ..., NAME++
  std::int64_t assigned(const std::string& name) {
    skip_blanks();
    if (at_step()) {
      const std::int64_t before = value_of(name), by = text_[0] == '+' ? 1 : -1;
      text_.remove_prefix(2);
      set(name, before + by);
      return before;
    }
    if (text_.starts_with('=') && !text_.starts_with("==")) {
      text_.remove_prefix(1);
      return set(name, sum());
    }
    for (const Operator& each : kOperators) {
      if (each.level <= 2 || each.level == 6 || each.level == 7) continue;
      if (!text_.starts_with(each.text) || !text_.substr(each.text.size()).starts_with('=')) continue;
      text_.remove_prefix(each.text.size() + 1);
      const std::string_view operand = text_;
      const std::int64_t other = sum();
      return set(name, apply(each.text, value_of(name), other, operand));
    }
    return value_of(name);
  }

  // dash has none, as POSIX wants none.
  bool at_step() const { return values_.is_bash() && (text_.starts_with("++") || text_.starts_with("--")); }

  // ++NAME
  std::int64_t step_first() {
    const std::int64_t by = text_[0] == '+' ? 1 : -1;
    text_.remove_prefix(2);
    skip_blanks();
    std::size_t length = 0;
    while (length < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[length])) != 0 || text_[length] == '_'))
      ++length;
    const std::string name(text_.substr(0, length));
    if (!is_variable_name(name)) return by == 1 ? factor() : wrap(0 - bits(wrap(0 - bits(factor()))));
    text_.remove_prefix(length);
    return set(name, value_of(name) + by);
  }

  // bash: strlong()
  void wrong_number(const std::string& text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[0])) != 0;
    if (values_.is_bash() && digit && error_.empty())
      error_ = fmt::format("{}: value too great for base (error token is \"{}\")",
                           whole_.substr(0, whole_.size() - text_.size()), text);
    fail("expecting EOF", "syntax error in expression");
  }

  std::int64_t number(const std::string& text) {
    const auto value = plain_number(text);
    if (!value) wrong_number(text);
    return value.value_or(0);
  }

  std::string_view whole_, text_, last_;  // last_: from the token that was read last
  const ShellValues& values_;
  std::string& error_;
  bool known_ = true;
  unsigned depth_ = 0;
  unsigned own_nested_ = 0, *nested_ = &own_nested_;  // expressions within variables, of all depths
  unsigned idle_ = 0;                                 // what is read does not count
};
}  // namespace

std::optional<std::string> evaluate(std::string_view expression, const ShellValues& values, std::string& error) {
  const auto value = Arithmetic(expression, values, error).run();
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

bool is_unbound(std::string_view error) { return error.ends_with(kUnbound); }

}  // namespace lvs::control
