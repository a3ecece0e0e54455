// SPDX-License-Identifier: GPL-2.0-or-later
#include <cctype>

#include "base/numbers.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// Arithmetic expansion: terms and factors, wrapping around like the machine's integers.
class Arithmetic {
 public:
  Arithmetic(std::string_view text, const ShellValues& values, std::string& error)
      : whole_(text), text_(text), values_(values), error_(error) {}

  std::optional<std::int64_t> run() {
    const std::int64_t value = sum();
    skip_blanks();
    if (!text_.empty()) fail("expecting EOF");
    if (!known_) return std::nullopt;
    return value;
  }

 private:
  static constexpr unsigned kDeepest = 100;

  static std::int64_t wrap(std::uint64_t value) { return static_cast<std::int64_t>(value); }
  static std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

  void fail(std::string_view what) {
    if (error_.empty()) error_ = "arithmetic expression: " + std::string(what) + ": \"" + std::string(whole_) + "\"";
    text_ = {};
  }
  void skip_blanks() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_[0])) != 0) text_.remove_prefix(1);
  }
  bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::int64_t sum() {
    std::int64_t value = product();
    for (;;) {
      if (take('+'))
        value = wrap(bits(value) + bits(product()));
      else if (take('-'))
        value = wrap(bits(value) - bits(product()));
      else
        return value;
    }
  }

  std::int64_t product() {
    std::int64_t value = factor();
    for (;;) {
      if (take('*')) {
        value = wrap(bits(value) * bits(factor()));
        continue;
      }
      const bool divide = take('/');
      if (!divide && !take('%')) return value;
      const std::int64_t by = factor();
      if (!known_ || !error_.empty()) return 0;
      if (by == 0) {
        fail("division by zero");
        return 0;
      }
      if (by == -1)
        value = divide ? wrap(0 - bits(value)) : 0;
      else
        value = divide ? value / by : value % by;
    }
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
    if (take('-')) return wrap(0 - bits(factor()));
    if (take('+')) return factor();
    if (take('(')) {
      const std::int64_t value = sum();
      if (!take(')')) fail("expecting ')'");
      return value;
    }
    const bool dollar = take('$');
    std::size_t length = 0;
    while (length < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[length])) != 0 || text_[length] == '_'))
      ++length;
    const std::string name(text_.substr(0, length));
    text_.remove_prefix(length);
    if (name.empty()) {
      fail("expecting primary");
      return 0;
    }
    if (!is_variable_name(name) && !dollar) return number(name);
    const auto value = values_.variable(name);
    if (!value) {
      known_ = false;
      return 0;
    }
    return value->empty() ? 0 : number(*value);
  }

  std::int64_t number(const std::string& text) {
    const bool negative = text[0] == '-';
    std::string_view digits = std::string_view(text).substr(negative ? 1 : 0);
    const int base = base::take_base(digits);
    const auto value = base::number<std::int64_t>(digits, base);
    if (!value) fail("expecting EOF");
    return negative ? wrap(0 - bits(value.value_or(0))) : value.value_or(0);
  }

  std::string_view whole_, text_;
  const ShellValues& values_;
  std::string& error_;
  bool known_ = true;
  unsigned depth_ = 0;
};

}  // namespace

std::optional<std::string> evaluate(std::string_view expression, const ShellValues& values, std::string& error) {
  const auto value = Arithmetic(expression, values, error).run();
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

}  // namespace lvs::control
