// SPDX-License-Identifier: GPL-2.0-or-later
// expr (coreutils): | & = == != < <= > >= + - * / % : ( ) length substr index match.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/numbers.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

std::optional<std::int64_t> whole(const std::string& text) { return base::number<std::int64_t>(text); }

bool is_null(const std::string& value) {
  if (value.empty()) return true;
  const std::string_view digits = std::string_view(value).substr(value[0] == '-' && value.size() > 1 ? 1 : 0);
  return digits.find_first_not_of('0') == std::string_view::npos;
}

class ExprReader {
 public:
  explicit ExprReader(std::vector<std::string> words) : words_(std::move(words)) {}

  int run(std::string& out, std::string& error) {
    if (words_.empty()) {
      error = "missing operand";
      return 2;
    }
    std::string value = alternative(true);
    if (error_.empty() && at_ < words_.size()) fail(fmt::format("syntax error: unexpected argument '{}'", words_[at_]));
    error = error_;
    if (!error.empty()) return refused_ ? 3 : 2;
    out = value + "\n";
    return is_null(value) ? 1 : 0;
  }
  bool is_refused() const { return refused_; }

 private:
  static constexpr unsigned kDeepest = 100;

  void fail(std::string text) {
    if (error_.empty()) error_ = std::move(text);
    at_ = words_.size();
  }
  bool is(std::string_view word) const { return at_ < words_.size() && words_[at_] == word; }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }

  std::string alternative(bool used) {
    std::string value = both(used);
    while (take("|")) {
      const bool needed = used && is_null(value);
      std::string other = both(needed);
      if (is_null(value)) value = is_null(other) ? "0" : other;
    }
    return value;
  }
  std::string both(bool used) {
    std::string value = comparison(used);
    while (take("&")) {
      const std::string other = comparison(used && !is_null(value));
      if (is_null(value) || is_null(other)) value = "0";
    }
    return value;
  }
  std::string comparison(bool used) {
    std::string value = sum(used);
    for (;;) {
      std::string how;
      for (const char* each : {"=", "==", "!=", "<", "<=", ">", ">="})
        if (is(each)) how = each;
      if (how.empty()) return value;
      ++at_;
      const std::string other = sum(used);
      const auto a = whole(value), b = whole(other);
      const int order = a && b ? (*a < *b ? -1 : *a > *b ? 1 : 0) : value.compare(other);
      const bool equal = order == 0, less = order < 0;
      const bool holds = how == "<"    ? less
                         : how == "<=" ? less || equal
                         : how == ">"  ? !less && !equal
                         : how == ">=" ? !less
                                       : equal == (how != "!=");
      value = holds ? "1" : "0";
    }
  }
  std::string sum(bool used) {
    std::string value = product(used);
    while (is("+") || is("-")) {
      const char how = words_[at_++][0];
      value = count(value, how, product(used), used);
    }
    return value;
  }
  std::string product(bool used) {
    std::string value = match(used);
    while (is("*") || is("/") || is("%")) {
      const char how = words_[at_++][0];
      value = count(value, how, match(used), used);
    }
    return value;
  }

  std::string count(const std::string& left, char how, const std::string& right, bool used) {
    const auto a = whole(left), b = whole(right);
    if (!used || !error_.empty()) return "0";
    if (!a || !b) return fail("non-integer argument"), "";
    if ((how == '/' || how == '%') && *b == 0) return fail("division by zero"), "";
    std::int64_t result = 0;
    bool beyond = false;
    if (how == '+') beyond = __builtin_add_overflow(*a, *b, &result);
    if (how == '-') beyond = __builtin_sub_overflow(*a, *b, &result);
    if (how == '*') beyond = __builtin_mul_overflow(*a, *b, &result);
    if (how == '/' || how == '%') beyond = *a == INT64_MIN && *b == -1;
    if (beyond) {
      refused_ = true;
      return fail("numbers beyond 64 bits are not modelled"), "";
    }
    if (how == '/') result = *a / *b;
    if (how == '%') result = *a % *b;
    return std::to_string(result);
  }

  std::string match(bool used) {
    std::string value = primary(used);
    while (take(":")) value = matched(value, primary(used));
    return value;
  }
  // What the expression takes from the beginning of the text: its first group, or how long it is.
  std::string matched(const std::string& text, const std::string& expression) {
    const bool groups = expression.find("\\(") != std::string::npos;
    const auto regex = Regex::compile("^" + (expression.starts_with('^') ? expression.substr(1) : expression), {});
    if (!regex) {
      refused_ = regex.error().find("not modelled") != std::string::npos;
      return fail(regex.error()), "";
    }
    const auto found = regex->search(text);
    if (!found || found->begin != 0) return groups ? "" : "0";
    if (!groups) return std::to_string(found->end);
    const auto& [begin, end] = found->groups[1];
    return end == std::string::npos ? "" : text.substr(begin, end - begin);
  }

  std::string next() {
    if (at_ < words_.size()) return words_[at_++];
    fail(at_ == 0 || words_.empty() ? std::string("syntax error")
                                    : fmt::format("syntax error: missing argument after '{}'", words_.back()));
    return {};
  }
  std::string primary(bool used) {
    if (++depth_ > kDeepest) {
      refused_ = true;
      fail("nested too deeply");
    }
    if (take("(")) {
      std::string value = alternative(used);
      if (!take(")") && error_.empty())
        fail(at_ < words_.size() ? fmt::format("syntax error: expecting ')' instead of '{}'", words_[at_])
                                 : fmt::format("syntax error: expecting ')' after '{}'", words_.back()));
      return value;
    }
    if (is(")")) return fail("syntax error: unexpected ')'"), "";
    const bool more = at_ + 1 < words_.size();
    if (take("+")) return next();
    if (more && take("length")) return std::to_string(primary(used).size());
    if (more && take("match")) {
      const std::string text = primary(used);
      return matched(text, primary(used));
    }
    if (more && take("index")) {
      const std::string text = primary(used);
      const std::size_t at = text.find_first_of(primary(used));
      return std::to_string(at == std::string::npos ? 0 : at + 1);
    }
    if (more && take("substr")) {
      const std::string text = primary(used);
      const auto from = whole(primary(used)), length = whole(primary(used));
      if (!from || !length || *from < 1 || *length < 1 || static_cast<std::size_t>(*from) > text.size()) return "";
      return text.substr(static_cast<std::size_t>(*from) - 1, static_cast<std::size_t>(*length));
    }
    return next();
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  bool refused_ = false;
  std::string error_;
};

}  // namespace

CommandResultOrError parse_expr(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (std::size_t i = 1; i < words.size(); ++i) texts.push_back(words[i].text);
  if (!texts.empty() && texts.front() == "--") texts.erase(texts.begin());
  ExprReader reader(texts);
  std::string out, error;
  const int status = reader.run(out, error);
  if (reader.is_refused()) return base::Error{SyntaxError{words[0].column, words[0].text, error, {}}};
  if (error == "missing operand") return refusal(2, "expr: missing operand\n" + try_help("expr"));
  return refusal(status, error.empty() ? "" : fmt::format("expr: {}\n", error), out);
}

}  // namespace lvs::control
