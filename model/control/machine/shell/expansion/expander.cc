// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/expansion/expander.h"

#include <cctype>

#include "control/machine/shell/bash/arrays.h"
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

}  // namespace

void Expander::add(std::string text, bool quoted, bool split, bool ends) {
  result_.size += text.size();
  if (result_.size > kMostText) {
    result_.error = kTooLong;
    return;
  }
  pieces_.push_back({std::move(text), quoted, split, ends});
}

void Expander::add(const std::optional<std::string>& value, bool quoted) {
  result_.known = result_.known && value.has_value();
  if (value) add(*value, quoted, !quoted);
}

void Expander::part(const WordPart& part) {
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

void Expander::take_error(const Expanded& from) {
  if (from.error.empty()) return;
  result_.error = from.error;
  result_.demand = from.demand;
}

void Expander::demand(const std::string& name, const std::string& text) {
  result_.error = name + ": " + text;
  result_.demand = true;
}

void Expander::want(const std::string& name) {
  if (!values_.wants_variables() || values_.is_set(name).value_or(true) || !result_.error.empty()) return;
  const bool place = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
  demand((values_.is_bash() && place ? "$" : "") + name, values_.is_bash() ? "unbound variable" : missing(false));
}

std::string Expander::missing(bool or_empty) const {
  if (!or_empty) return "parameter not set";
  return values_.is_bash() ? "parameter null or not set" : "parameter not set or null";
}

// Substitutions in it come first; their texts are part of the expression.
void Expander::arithmetic(const WordPart& part) {
  if (!part.word) return calculate(part.text, part.quoted);
  if (const auto whole = inner(*part.word, false)) calculate(*whole, part.quoted);
}

void Expander::calculate(const std::string& expression, bool quoted) {
  add(evaluate(expression, values_, result_.error), quoted);
  result_.demand = result_.demand || is_unbound(result_.error);
}

void Expander::variable(const WordPart& part) {
  if (is_indirect(part.text)) return indirect(part);
  const bool alone = (part.use == ValueUse::plain && part.word == nullptr) || part.use == ValueUse::length;
  if (part.text.ends_with(']') && alone) return element(part);
  if (!part.text.ends_with(']') || is_list(part.text)) return used(part);
  WordPart resolved = part;
  resolved.text = element_variable(values_, part.text);
  used(resolved);
}

void Expander::used(const WordPart& part) {
  if (part.use == ValueUse::bad) {
    if (result_.error.empty()) result_.error = "Bad substitution";
    return;
  }
  const BashWord* const bash = bash_word(part);
  if (is_list(part.text) && (bash != nullptr || part.use >= ValueUse::cut_suffix)) return changed_list(part);
  if (bash != nullptr) return changed(part, *bash);
  switch (part.use) {
    case ValueUse::plain: return plain(part);
    case ValueUse::length: {
      if (is_list(part.text)) return add(values_.variable("#"), part.quoted);
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

void Expander::plain(const WordPart& part) {
  if (!is_list(part.text)) {
    want(part.text);
    return add(values_.variable(part.text), part.quoted);
  }
  if (const auto words = words_of(part)) list(part, *words);
}

void Expander::cut(const WordPart& part) {
  want(part.text);
  const auto value = values_.variable(part.text);
  const auto pattern = inner(*part.word, true);
  result_.known = result_.known && value;
  if (!value || !pattern) return;
  const bool suffix = part.use == ValueUse::cut_suffix || part.use == ValueUse::cut_longest_suffix;
  const bool longest = part.use == ValueUse::cut_longest_suffix || part.use == ValueUse::cut_longest_prefix;
  add(without_match(*value, *pattern, suffix, longest), part.quoted, !part.quoted);
}

// The text of a word within; nothing: not known, or a mistake.
std::optional<std::string> Expander::inner(const ShellWord& word, bool pattern) {
  const Expanded whole = pattern ? expand_pattern(word, values_) : expand_whole(word, values_);
  result_.known = result_.known && whole.known;
  take_error(whole);
  return whole.ok() ? std::optional(whole.words.front().text) : std::nullopt;
}

// The words of "$@", or the one of "$*".
void Expander::list(const WordPart& part, const Words& words) {
  const bool one = part.text == "*" || part.text.ends_with("[*]");
  if (one && part.quoted) {
    const std::string between = separators_of(values_).substr(0, 1);
    std::string all;
    for (const std::string& each : words) all.append(&each == &words.front() ? "" : between).append(each);
    return add(std::move(all), true, false);
  }
  no_word_ = no_word_ || (words.empty() && !one);
  for (std::size_t i = 0; i < words.size(); ++i) add(words[i], part.quoted, !part.quoted, i > 0);
}

}  // namespace lvs::control
