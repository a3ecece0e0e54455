// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/expand.h"

#include <cctype>

#include "base/numbers.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// The words of a command together: a variable that doubles with each round of a loop ends here.
constexpr std::size_t kMostText = 8 << 20;
constexpr std::string_view kTooLong = "Out of space: the words of a command have more than 8 MiB";

// Newlines at the end of what commands print are not part of it.
std::string without_last_newlines(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

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
    take('$');
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
    if (!is_variable_name(name)) return number(name);
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

std::optional<std::string> value_of(const WordPart& part, const ShellValues& values, std::string& error) {
  switch (part.kind) {
    case WordPart::Kind::text: return part.text;
    case WordPart::Kind::variable: return values.variable(part.text);
    case WordPart::Kind::arithmetic: return evaluate(part.text, values, error);
    case WordPart::Kind::substitution: break;
  }
  auto printed = values.substitution(part);
  if (printed) *printed = without_last_newlines(std::move(*printed));
  return printed;
}

class Splitter {
 public:
  Splitter(std::size_t column, std::vector<Word>& words) : column_(column), words_(words) {}

  void add(std::string_view text) {
    begin();
    current_ += text;
  }
  void add_split(std::string_view text) {
    for (const char c : text) {
      if (c == ' ' || c == '\t' || c == '\n')
        end();
      else
        add({&c, 1});
    }
  }
  void begin() { open_ = true; }
  void end() {
    if (open_) words_.push_back({std::move(current_), column_});
    current_.clear();
    open_ = false;
  }

 private:
  std::size_t column_;
  std::vector<Word>& words_;
  std::string current_;
  bool open_ = false;
};

}  // namespace

Expanded expand(const std::vector<ShellWord>& words, const ShellValues& values) {
  Expanded result;
  std::size_t size = 0;
  for (const ShellWord& word : words) {
    Splitter fields(word.column, result.words);
    for (const WordPart& part : word.parts) {
      const auto value = value_of(part, values, result.error);
      result.known = result.known && value.has_value();
      if (!value) continue;
      size += value->size();
      if (size > kMostText) {
        result.error = kTooLong;
        return result;
      }
      if (part.kind == WordPart::Kind::text || part.quoted)
        fields.add(*value);
      else
        fields.add_split(*value);
    }
    fields.end();
  }
  return result;
}

Expanded expand_whole(const ShellWord& word, const ShellValues& values) {
  Expanded result;
  result.words.push_back({{}, word.column});
  for (const WordPart& part : word.parts) {
    const auto value = value_of(part, values, result.error);
    result.known = result.known && value.has_value();
    if (value) result.words.front().text += *value;
    if (result.words.front().text.size() <= kMostText) continue;
    result.error = kTooLong;
    return result;
  }
  return result;
}

std::optional<std::string> evaluate(std::string_view expression, const ShellValues& values, std::string& error) {
  const auto value = Arithmetic(expression, values, error).run();
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

}  // namespace lvs::control
