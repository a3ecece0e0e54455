// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/expand.h"

#include <algorithm>
#include <utility>

#include "base/numbers.h"

#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/pattern.h"

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

// What a part of a word has become.
struct Piece {
  std::string text;
  bool quoted = false;  // neither split nor a pattern
  bool split = false;   // at white space
  bool ends = false;    // a field ends before it: between the arguments of $@
};

class Expander {
 public:
  Expander(const ShellValues& values, Expanded& result) : values_(values), result_(result) {}

  void word(const ShellWord& word) {
    for (const WordPart& each : word.parts) part(each);
  }
  bool no_word() const { return no_word_; }
  std::vector<Piece> take() { return std::exchange(pieces_, {}); }

 private:
  void add(std::string text, bool quoted, bool split, bool ends = false) {
    result_.size += text.size();
    if (result_.size > kMostText) {
      result_.error = kTooLong;
      return;
    }
    pieces_.push_back({std::move(text), quoted, split, ends});
  }
  void add(const std::optional<std::string>& value, bool quoted) {
    result_.known = result_.known && value.has_value();
    if (value) add(*value, quoted, !quoted);
  }

  void part(const WordPart& part) {
    switch (part.kind) {
      case WordPart::Kind::text: return add(part.text, part.quoted, !part.quoted && in_value_);
      case WordPart::Kind::arithmetic: return arithmetic(part);
      case WordPart::Kind::substitution: {
        auto printed = values_.substitution(part);
        // With `or_empty`, of < <(LIST), all of it is taken.
        if (printed && !part.or_empty) *printed = without_last_newlines(std::move(*printed));
        return add(printed, part.quoted);
      }
      case WordPart::Kind::variable: return variable(part);
    }
  }

  void take_error(const Expanded& from) {
    if (from.error.empty()) return;
    result_.error = from.error;
    result_.demand = from.demand;
  }
  void demand(const std::string& name, const std::string& text) {
    result_.error = name + ": " + text;
    result_.demand = true;
  }
  // set -u
  void want(const std::string& name) {
    if (!values_.wants_variables() || values_.is_set(name).value_or(true) || !result_.error.empty()) return;
    const bool place = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
    demand((values_.is_bash() && place ? "$" : "") + name, values_.is_bash() ? "unbound variable" : missing(false));
  }
  std::string missing(bool or_empty) const {
    if (!or_empty) return "parameter not set";
    return values_.is_bash() ? "parameter null or not set" : "parameter not set or null";
  }

  // Substitutions in it come first; their texts are part of the expression.
  void arithmetic(const WordPart& part) {
    if (!part.word) return calculate(part.text, part.quoted);
    if (const auto whole = inner(*part.word, false)) calculate(*whole, part.quoted);
  }
  void calculate(const std::string& expression, bool quoted) {
    add(evaluate(expression, values_, result_.error), quoted);
    result_.demand = result_.demand || is_unbound(result_.error);
  }

  void variable(const WordPart& part) {
    const bool alone = (part.use == ValueUse::plain && part.word == nullptr) || part.use == ValueUse::length;
    if (part.text.ends_with(']') && alone) return element(part);
    if (!part.text.ends_with(']')) return used(part);
    WordPart resolved = part;
    resolved.text = element_variable(values_, part.text);
    used(resolved);
  }

  void used(const WordPart& part) {
    if (const BashWord* const bash = bash_word(part)) return bash_value(part, *bash);
    switch (part.use) {
      case ValueUse::plain: return plain(part);
      case ValueUse::length: {
        want(part.text);
        const auto value = values_.variable(part.text);
        return add(value ? std::optional(std::to_string(value->size())) : std::nullopt, part.quoted);
      }
      case ValueUse::cut_suffix:
      case ValueUse::cut_longest_suffix:
      case ValueUse::cut_prefix:
      case ValueUse::cut_longest_prefix: return cut(part);
      default: break;
    }
    const auto wants = uses_word(part, values_);
    if (!wants) {
      result_.known = false;
      return;
    }
    if (!*wants) {
      if (part.use != ValueUse::alternative) plain(part);
      return;
    }
    const bool before = std::exchange(in_value_, true);
    if (part.use == ValueUse::usual || part.use == ValueUse::alternative) {
      word(*part.word);
    } else {
      const std::string text = inner(*part.word, false).value_or("");
      if (part.use == ValueUse::assign) {
        values_.assign(part.text, text);
        add(text, part.quoted, !part.quoted);
      } else if (result_.error.empty()) {
        demand(part.text, text.empty() ? missing(part.or_empty) : text);
      }
    }
    in_value_ = before;
  }

  // ${NAME[...]} of bash: elements are variables of their own ("NAME[0]"), "NAME[#]" is how many there are.
  void element(const WordPart& part) {
    const std::string_view text = part.text;
    const bool names = text.starts_with('!');
    const std::size_t open = text.find('[');
    const std::string name(text.substr(names ? 1 : 0, open - (names ? 1 : 0)));
    std::string index(text.substr(open + 1, text.size() - open - 2));
    for (std::size_t at = index.find("$(("); at != std::string::npos; at = index.find("$(("))
      index.erase(at, 1);  // it is arithmetic as it is
    const auto count = values_.variable(name + "[#]");
    if (!count) return add(std::optional<std::string>(), part.quoted);
    const bool scalar = count->empty() && values_.is_set(name).value_or(false);
    if (index != "@" && index != "*") {
      const auto key = array_key(values_, name, index, result_.error);
      std::optional<std::string> value;
      if (key && (scalar ? *key == "0" : has_key(values_, name, *key)))
        value = values_.variable(scalar ? name : name + "[" + *key + "]");
      if (key && !value) value = "";
      if (value && part.use == ValueUse::length) value = std::to_string(value->size());
      return add(value, part.quoted);
    }
    const std::vector<std::string> keys = scalar ? std::vector<std::string>{"0"} : array_keys(values_, name);
    if (part.use == ValueUse::length) return add(std::to_string(keys.size()), part.quoted, !part.quoted);
    const std::string between = separators_of(values_).substr(0, 1);
    std::string all;
    bool first = true;
    for (const std::string& key : keys) {
      const std::string value = names ? key : values_.variable(scalar ? name : name + "[" + key + "]").value_or("");
      if (index == "*" && part.quoted)
        all.append(first ? "" : between).append(value);
      else
        add(value, part.quoted, !part.quoted, !first);
      first = false;
    }
    if (index == "*" && part.quoted) add(std::move(all), true, false);
  }

  void plain(const WordPart& part) {
    if (part.text != "@" && part.text != "*") {
      if (values_.wants_variables() && !values_.is_set(part.text).value_or(true) && result_.error.empty())
        demand((values_.is_bash() && std::isdigit(static_cast<unsigned char>(part.text.front())) != 0 ? "$" : "") +
                   part.text,
               values_.is_bash() ? "unbound variable" : missing(false));
      return add(values_.variable(part.text), part.quoted);
    }
    const auto* arguments = values_.arguments();
    if (arguments == nullptr) {
      result_.known = false;
      return;
    }
    list(part, *arguments);
  }

  void cut(const WordPart& part) {
    want(part.text);
    const auto value = values_.variable(part.text);
    const Expanded pattern = expand_pattern(*part.word, values_);
    result_.known = result_.known && value && pattern.known;
    take_error(pattern);
    if (!value || !pattern.ok()) return;
    const bool suffix = part.use == ValueUse::cut_suffix || part.use == ValueUse::cut_longest_suffix;
    const bool longest = part.use == ValueUse::cut_longest_suffix || part.use == ValueUse::cut_longest_prefix;
    add(without_match(*value, pattern.words.front().text, suffix, longest), part.quoted, !part.quoted);
  }

  // The text of a word within; nothing: not known, or a mistake.
  std::optional<std::string> inner(const ShellWord& word, bool pattern) {
    const Expanded whole = pattern ? expand_pattern(word, values_) : expand_whole(word, values_);
    result_.known = result_.known && whole.known;
    take_error(whole);
    return whole.ok() ? std::optional(whole.words.front().text) : std::nullopt;
  }

  // ${NAME//A/B}, ${NAME:1:2}, ${NAME^^}
  void bash_value(const WordPart& part, const BashWord& bash) {
    if (part.text == "@" || part.text == "*") return some_arguments(part, bash);
    const auto value = values_.variable(part.text);
    result_.known = result_.known && value.has_value();
    if (!value) return;
    if (bash.use >= BashUse::upper_first) return add(with_case(*value, bash.use), part.quoted, !part.quoted);
    const bool substring = bash.use == BashUse::substring;
    const auto word = inner(bash, !substring);
    const auto second = bash.second ? inner(*bash.second, false) : std::optional<std::string>("");
    if (!word || !second) return;
    if (!substring) return add(replaced(*value, bash.use, *word, *second), part.quoted, !part.quoted);
    const auto from = number(*word);
    const auto length = bash.second ? number(*second) : std::nullopt;
    if (!from || (bash.second && !length)) {
      result_.known = result_.known && !result_.error.empty();
      return;
    }
    const auto piece = part_of(*value, *from, length);
    if (!piece) result_.error = *second + ": substring expression < 0";
    if (piece) add(*piece, part.quoted, !part.quoted);
  }

  std::optional<long long> number(const std::string& text) {
    const auto result = evaluate(text.empty() ? "0" : text, values_, result_.error);
    return result ? base::number<long long>(*result) : std::nullopt;
  }

  // ${@:2}, ${*:1:2}: the first argument is 1, and 0 is the script's name.
  void some_arguments(const WordPart& part, const BashWord& bash) {
    const auto* const arguments = values_.arguments();
    const auto script = values_.variable("0");
    result_.known = result_.known && arguments != nullptr && script;
    if (arguments == nullptr || !script) return;
    const auto word = inner(bash, false);
    const auto second = bash.second ? inner(*bash.second, false) : std::optional<std::string>("");
    if (!word || !second) return;
    const auto from = number(*word);
    const auto length = bash.second ? number(*second) : std::nullopt;
    if (from && length && *length < 0) result_.error = *second + ": substring expression < 0";
    result_.known = result_.known && (!result_.error.empty() || (from && (length || !bash.second)));
    if (!result_.known || !result_.error.empty()) return;
    std::vector<std::string> all{*script};
    all.insert(all.end(), arguments->begin(), arguments->end());
    list(part, some_of(std::move(all), *from, length));
  }

  // The words of "$@", or the one of "$*".
  void list(const WordPart& part, const std::vector<std::string>& words) {
    if (part.text == "*" && part.quoted) {
      const std::string between = separators_of(values_).substr(0, 1);
      std::string all;
      for (const std::string& each : words) all.append(&each == &words.front() ? "" : between).append(each);
      return add(std::move(all), true, false);
    }
    no_word_ = no_word_ || (words.empty() && part.text == "@");
    for (std::size_t i = 0; i < words.size(); ++i) add(words[i], part.quoted, !part.quoted, i > 0);
  }

  const ShellValues& values_;
  Expanded& result_;
  std::vector<Piece> pieces_;
  bool in_value_ = false;  // texts are a part of a value, which is split
  bool no_word_ = false;   // "$@" of nothing, though it is quoted
};

class Splitter {
 public:
  Splitter(std::size_t column, const ShellValues& values, std::vector<Word>& words)
      : column_(column), values_(values), words_(words), separators_(separators_of(values)) {}

  void add(const Piece& piece) {
    if (piece.ends) end();
    if (!piece.split) return add(piece.text, piece.quoted);
    for (const char c : piece.text) {
      const bool separates = separators_.find(c) != std::string::npos;
      if (!separates) {
        add({&c, 1}, piece.quoted);
      } else if (c == ' ' || c == '\t' || c == '\n') {
        behind_blank_ = behind_blank_ || open_;
        end();
      } else {  // each is an end of its own, but for blanks before it
        open_ = open_ || !behind_blank_;
        end();
        behind_blank_ = false;
      }
    }
  }
  void end() {
    if (open_) {
      std::vector<std::string> names;
      if (is_pattern(pattern_)) names = values_.files(pattern_);
      for (std::string& name : names) words_.push_back({std::move(name), column_});
      if (names.empty()) words_.push_back({std::move(current_), column_});
    }
    current_.clear();
    pattern_.clear();
    open_ = false;
  }

 private:
  void add(std::string_view text, bool quoted) {
    open_ = true;
    behind_blank_ = false;
    current_ += text;
    pattern_ += quoted ? plain_pattern(text) : std::string(text);
  }

  std::size_t column_;
  const ShellValues& values_;
  std::vector<Word>& words_;
  std::string separators_;
  std::string current_, pattern_;
  bool open_ = false;
  bool behind_blank_ = false;  // a field ended at one, and no other sign has come
};

}  // namespace

std::string separators_of(const ShellValues& values) {
  return values.is_set("IFS").value_or(false) ? values.variable("IFS").value_or(" \t\n") : " \t\n";
}

std::optional<bool> uses_word(const WordPart& part, const ShellValues& values) {
  const std::string name = part.text.ends_with(']') ? element_variable(values, part.text) : part.text;
  std::optional<bool> has = values.is_set(name);
  if (part.text == "@" || part.text == "*") {
    const auto* arguments = values.arguments();
    has = arguments == nullptr ? std::nullopt : std::optional(!arguments->empty());
  } else if (has && *has && part.or_empty) {
    const auto value = values.variable(name);
    has = value ? std::optional(!value->empty()) : std::nullopt;
  }
  if (!has) return std::nullopt;
  return part.use == ValueUse::alternative ? *has : !*has;
}

Expanded expand(const std::vector<ShellWord>& words, const ShellValues& values) {
  Expanded result;
  for (const ShellWord& word : words) {
    Expander expander(values, result);
    expander.word(word);
    const std::vector<Piece> pieces = expander.take();
    if (expander.no_word() && std::ranges::all_of(pieces, [](const Piece& piece) { return piece.text.empty(); }))
      continue;
    Splitter fields(word.column, values, result.words);
    for (const Piece& piece : pieces) fields.add(piece);
    fields.end();
  }
  return result;
}

Expanded expand_whole(const ShellWord& word, const ShellValues& values) {
  Expanded result;
  Expander expander(values, result);
  expander.word(word);
  std::string text;
  for (const Piece& piece : expander.take()) text.append(piece.ends ? " " : "").append(piece.text);
  result.words.push_back({std::move(text), word.column});
  return result;
}

Expanded expand_pattern(const ShellWord& word, const ShellValues& values) {
  Expanded result;
  Expander expander(values, result);
  expander.word(word);
  std::string text;
  for (const Piece& piece : expander.take()) {
    if (piece.ends) text += ' ';
    text += piece.quoted ? plain_pattern(piece.text) : piece.text;
  }
  result.words.push_back({std::move(text), word.column});
  return result;
}

}  // namespace lvs::control
