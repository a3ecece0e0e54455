// SPDX-License-Identifier: GPL-2.0-or-later
// ${NAME...} as bash alone has it: elements, lists, slices, other spellings, names of names.
#include "control/machine/shell/expansion/expander.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/numbers.h"

#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/pattern.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// May a variable of that name be asked for by way of another one?
bool is_target(const std::string& name) {
  const std::size_t open = name.find('[');
  if (open != std::string::npos && name.ends_with(']')) return is_variable_name(name.substr(0, open));
  return is_variable_name(name) || name == "@" || name == "*" ||
         std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// ${V//A/B}, ${V^^}, ${V%A} of one value.
std::string changed_value(const WordPart& part, const std::string& value, const std::string& word,
                          const std::string& second) {
  if (const BashWord* const bash = bash_word(part))
    return bash->use >= BashUse::upper_first ? with_case(value, bash->use) : replaced(value, bash->use, word, second);
  const bool suffix = part.use == ValueUse::cut_suffix || part.use == ValueUse::cut_longest_suffix;
  const bool longest = part.use == ValueUse::cut_longest_suffix || part.use == ValueUse::cut_longest_prefix;
  return without_match(value, word, suffix, longest);
}

}  // namespace

bool is_list(std::string_view name) {
  return name == "@" || name == "*" || name.ends_with("[@]") || name.ends_with("[*]");
}

bool is_indirect(std::string_view name) { return name.size() > 1 && name.front() == '!' && !is_list(name); }

std::optional<std::string> named_by(const ShellValues& values, const std::string& reference) {
  const std::string name = reference.substr(1);
  return values.variable(name.ends_with(']') ? element_variable(values, name) : name);
}

// ${!NAME}: the variable whose name is in NAME.
void Expander::indirect(const WordPart& part) {
  const auto name = named_by(values_, part.text);
  result_.known = result_.known && name.has_value();
  if (!name) return;
  if (name->empty() && !values_.is_set(part.text.substr(1)).value_or(true)) {
    result_.error = part.text.substr(1) + ": invalid indirect expansion";
    return;
  }
  if (name->empty() || !is_target(*name)) {
    result_.error = *name + ": invalid variable name";
    return;
  }
  WordPart target = part;
  target.text = *name;
  variable(target);
}

// ${NAME[...]}: elements are variables of their own ("NAME[0]"), "NAME[#]" is how many there are.
void Expander::element(const WordPart& part) {
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
  if (is_list(text)) {
    const Words keys = scalar ? Words{"0"} : array_keys(values_, name);
    if (part.use == ValueUse::length) return add(std::to_string(keys.size()), part.quoted, !part.quoted);
    if (names) return list(part, keys);
    const auto words = words_of(part);
    return words ? list(part, *words) : static_cast<void>(result_.known = false);
  }
  const auto key = array_key(values_, name, index, result_.error);
  std::optional<std::string> value;
  if (key && (scalar ? *key == "0" : has_key(values_, name, *key)))
    value = values_.variable(scalar ? name : name + "[" + *key + "]");
  if (key && !value) value = "";
  if (value && part.use == ValueUse::length) value = std::to_string(value->size());
  add(value, part.quoted);
}

// The words of $@, ${NAME[@]} and their sisters.
std::optional<Expander::Words> Expander::words_of(const WordPart& part) {
  if (part.text == "@" || part.text == "*") {
    const auto* const arguments = values_.arguments();
    result_.known = result_.known && arguments != nullptr;
    return arguments == nullptr ? std::nullopt : std::optional(*arguments);
  }
  const std::string name = part.text.substr(0, part.text.find('['));
  const auto count = values_.variable(name + "[#]");
  result_.known = result_.known && count.has_value();
  if (!count) return std::nullopt;
  if (count->empty()) {
    const bool set = values_.is_set(name).value_or(false);
    return set ? Words{values_.variable(name).value_or("")} : Words{};
  }
  Words words;
  for (const std::string& key : array_keys(values_, name))
    words.push_back(values_.variable(name + "[" + key + "]").value_or(""));
  return words;
}

// ${NAME[@]:1:2}, ${@/A/B}, ${NAME[*]%A}
void Expander::changed_list(const WordPart& part) {
  const auto words = words_of(part);
  if (!words) return;
  const BashWord* const bash = bash_word(part);
  if (bash != nullptr && bash->use == BashUse::substring) return slice(part, *bash, *words);
  const bool spelled = bash != nullptr && bash->use >= BashUse::upper_first;
  const auto pattern = spelled ? std::optional<std::string>("") : inner(*part.word, true);
  const auto second = bash != nullptr && bash->second ? inner(*bash->second, false) : std::optional<std::string>("");
  if (!pattern || !second) return;
  Words result;
  for (const std::string& each : *words) result.push_back(changed_value(part, each, *pattern, *second));
  list(part, result);
}

// Of arguments the first is 1, and 0 is the script's name; of an array the first element of this number or a higher
// one.
void Expander::slice(const WordPart& part, const BashWord& bash, Words words) {
  const auto word = inner(bash, false);
  const auto second = bash.second ? inner(*bash.second, false) : std::optional<std::string>("");
  if (!word || !second) return;
  auto from = number(*word);
  const auto length = bash.second ? number(*second) : std::nullopt;
  if (from && length && *length < 0) result_.error = *second + ": substring expression < 0";
  const auto script = values_.variable("0");
  result_.known = result_.known && (!result_.error.empty() || (from && (length || !bash.second) && script));
  if (!result_.known || !result_.error.empty()) return;
  if (part.text == "@" || part.text == "*") {
    words.insert(words.begin(), *script);
    return list(part, some_of(std::move(words), *from, length));
  }
  const Words keys = array_keys(values_, part.text.substr(0, part.text.find('[')));
  const auto number_at = [&](std::size_t i) { return base::number<long long>(keys[i]).value_or(0); };
  if (!keys.empty() && *from < 0) {
    *from += number_at(keys.size() - 1) + 1;
    if (*from < 0) return list(part, {});
  }
  std::size_t first = 0;
  while (first < keys.size() && number_at(first) < *from) ++first;
  list(part, some_of(std::move(words), keys.empty() ? *from : static_cast<long long>(first), length));
}

// ${NAME//A/B}, ${NAME:1:2}, ${NAME^^}
void Expander::changed(const WordPart& part, const BashWord& bash) {
  want(part.text);
  const auto value = values_.variable(part.text);
  result_.known = result_.known && value.has_value();
  if (!value || !result_.error.empty()) return;
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

std::optional<long long> Expander::number(const std::string& text) {
  const auto result = evaluate(text.empty() ? "0" : text, values_, result_.error);
  return result ? base::number<long long>(*result) : std::nullopt;
}

}  // namespace lvs::control
