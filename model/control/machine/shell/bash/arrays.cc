// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/bash/arrays.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/shell/parser.h"

namespace lvs::control {
namespace {

constexpr char kBetween = '\x1f';

bool is_named(const ShellValues& values, const std::string& name) { return values.variable(name + "[A]") == "1"; }

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> keys;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kBetween), text.size());
    keys.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return keys;
}

// bash: hash_string() of hashlib.c, in ASSOC_HASH_BUCKETS.
unsigned bucket_of(std::string_view key) {
  std::uint32_t hash = 2166136261u;
  for (const char c : key) {
    hash *= 16777619u;
    hash ^= static_cast<unsigned char>(c);
  }
  return hash & 1023u;
}

std::size_t size_of(const ShellValues& values, const std::string& name) {
  return base::number<std::size_t>(values.variable(name + "[#]").value_or("")).value_or(0);
}

// As they were set, or in the order of numbers.
std::vector<std::string> stored_keys(const ShellValues& values, const std::string& name) {
  const std::string list = values.variable(name + "[!]").value_or("");
  if (!list.empty() || is_named(values, name)) return listed(list);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < size_of(values, name); ++i) keys.push_back(std::to_string(i));
  return keys;
}

void store_keys(const ShellValues& values, const std::string& name, const std::vector<std::string>& keys) {
  std::string list;
  for (const std::string& key : keys) list += (list.empty() ? "" : std::string(1, kBetween)) + key;
  values.assign(name + "[!]", list);
  values.assign(name + "[#]", std::to_string(keys.size()));
}

long long number_of(const std::string& key) { return base::number<long long>(key).value_or(0); }

// "$k", "a b", ${x}: the key of a named array.
std::string expanded_key(const ShellValues& values, std::string_view text, std::string& error) {
  std::string key;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c == '"' || c == '\'') && (quote == '\0' || quote == c)) {
      quote = quote == c ? '\0' : c;
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      key += text[++i];
    } else if (c == '$' && quote != '\'') {
      const bool braces = i + 1 < text.size() && text[i + 1] == '{';
      const std::size_t begin = i + (braces ? 2 : 1);
      std::size_t end = begin;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
      if (end == begin || (braces && (end == text.size() || text[end] != '}'))) {
        error = "not modelled: this expansion in an index";
        return {};
      }
      key += values.variable(std::string(text.substr(begin, end - begin))).value_or("");
      i = braces ? end : end - 1;
    } else {
      key += c;
    }
  }
  return key;
}

}  // namespace

std::vector<std::string> array_keys(const ShellValues& values, const std::string& name) {
  std::vector<std::string> keys = stored_keys(values, name);
  if (!is_named(values, name)) return keys;
  std::ranges::reverse(keys);  // the newest stands first in its bucket
  std::ranges::stable_sort(keys, {}, bucket_of);
  return keys;
}

std::optional<std::string> array_key(const ShellValues& values, const std::string& name, const std::string& index,
                                     std::string& error) {
  if (is_named(values, name)) {
    std::string key = expanded_key(values, index, error);
    return error.empty() ? std::optional(std::move(key)) : std::nullopt;
  }
  const auto number = evaluate(index, values, error);
  if (!number || number_of(*number) >= 0) return number;
  const auto keys = stored_keys(values, name);
  const long long from_end = (keys.empty() ? 0 : number_of(keys.back()) + 1) + number_of(*number);
  if (from_end >= 0) return std::to_string(from_end);
  error = fmt::format("{}: bad array subscript", name);
  return std::nullopt;
}

std::string element_variable(const ShellValues& values, const std::string& text) {
  const std::size_t open = text.find('[');
  const std::string name = text.substr(0, open);
  std::string error;
  const auto key = array_key(values, name, text.substr(open + 1, text.size() - open - 2), error);
  const bool array = !values.variable(name + "[#]").value_or("").empty();
  if (!key) return name + "[]";
  return !array && *key == "0" ? name : name + "[" + *key + "]";
}

bool has_key(const ShellValues& values, const std::string& name, const std::string& key) {
  const std::string list = values.variable(name + "[!]").value_or("");
  if (list.empty() && !is_named(values, name))
    return base::number<std::size_t>(key).value_or(size_of(values, name)) < size_of(values, name);
  const std::vector<std::string> keys = listed(list);
  return std::ranges::find(keys, key) != keys.end();
}

void set_element(const ShellValues& values, const std::string& name, const std::string& key, std::string value,
                 bool adds) {
  const bool named = is_named(values, name);
  const std::string place = name + "[" + key + "]";
  const bool array = !values.variable(name + "[#]").value_or("").empty();
  if (!array && !named && values.is_set(name).value_or(false)) {
    values.assign(name + "[0]", values.variable(name).value_or(""));  // what it was is its first element
    values.assign(name + "[#]", "1");
  }
  const bool there = has_key(values, name, key);
  if (adds && there) value.insert(0, values.variable(place).value_or(""));
  if (!there) {
    std::vector<std::string> keys = stored_keys(values, name);
    const bool dense =
        !named && values.variable(name + "[!]").value_or("").empty() && key == std::to_string(keys.size());
    if (dense) {
      values.assign(name + "[#]", std::to_string(keys.size() + 1));
    } else {
      const auto at = named ? keys.end() : std::ranges::upper_bound(keys, number_of(key), {}, number_of);
      keys.insert(at, key);
      store_keys(values, name, keys);
    }
  }
  values.assign(place, value);
  if (key == "0") values.assign(name, value);
}

void clear_array(const ShellValues& values, const std::string& name, bool named) {
  if (named) values.assign(name + "[A]", "1");
  values.assign(name + "[!]", "");
  values.assign(name + "[#]", "0");
  values.assign(name, "");
}

std::string set_variable(ShellScope& scope, const ShellValues& values, const Assignment& what, std::string value) {
  std::string error;
  if (scope.integers.contains(what.name)) {
    // NAME+=VALUE has come as "${NAME-}"VALUE.
    const WordPart* const first = what.value.parts.empty() ? nullptr : &what.value.parts.front();
    const bool adds = first != nullptr && first->use == ValueUse::usual && first->word && first->word->parts.empty();
    if (adds) {
      const std::string before = scope.variables[what.name];
      value = (before.empty() ? "0" : before) + "+(" + value.substr(before.size()) + ")";
    }
    value = evaluate(value.empty() ? "0" : value, values, error).value_or("0");
    if (!error.empty()) return error;
  }
  const bool array = scope.bash && !values.variable(what.name + "[#]").value_or("").empty();
  if (array)
    set_element(values, what.name, "0", std::move(value), false);
  else
    scope.variables[what.name] = std::move(value);
  return error;
}

std::optional<ElementWords> element_words(const ShellWord& word) {
  if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::text || word.parts.front().quoted)
    return std::nullopt;
  const std::string& first = word.parts.front().text;
  const std::size_t open = first.find('[');
  if (open == std::string::npos || !is_variable_name(std::string_view(first).substr(0, open))) return std::nullopt;
  ElementWords words;
  words.name = words.index = words.value = word;
  words.name.parts = {{WordPart::Kind::text, false, first.substr(0, open), {}}};
  words.index.parts.clear();
  words.value.parts.clear();
  bool behind = false;
  for (std::size_t i = 0; i < word.parts.size(); ++i) {
    WordPart part = word.parts[i];
    if (i == 0) part.text.erase(0, open + 1);
    if (behind || part.kind != WordPart::Kind::text || part.quoted) {
      (behind ? words.value : words.index).parts.push_back(std::move(part));
      continue;
    }
    const std::size_t close = std::min(part.text.find("]="), part.text.find("]+="));
    WordPart before = part;
    if (close != std::string::npos) before.text.erase(close);
    if (!before.text.empty()) words.index.parts.push_back(std::move(before));
    if (close == std::string::npos) continue;
    behind = true;
    const bool adds = part.text[close + 1] == '+';
    if (adds) words.name.parts.front().text += '+';
    part.text.erase(0, close + (adds ? 3 : 2));
    words.value.parts.push_back(std::move(part));
  }
  if (!behind || words.index.parts.empty()) return std::nullopt;
  words.name.quoted = false;
  words.index.quoted = words.value.quoted = true;  // neither is split
  return words;
}

void unset_array(ShellScope& scope, const ShellValues& values, const std::string& word) {
  const std::size_t open = word.find('[');
  if (open == std::string::npos || !word.ends_with(']')) {
    std::erase_if(scope.variables, [&](const auto& each) { return each.first.starts_with(word + "["); });
    return;
  }
  const std::string name = word.substr(0, open);
  std::string error;
  const auto key = array_key(values, name, word.substr(open + 1, word.size() - open - 2), error);
  if (!key || !has_key(values, name, *key)) return;
  std::vector<std::string> keys = stored_keys(values, name);
  std::erase(keys, *key);
  store_keys(values, name, keys);
  scope.variables.erase(name + "[" + *key + "]");
  if (*key == "0") scope.variables.erase(name);
}

// --- mapfile ---

namespace {

// mapfile [-t] [-n COUNT] [-s COUNT] [NAME]: all lines of its input.
class MapRunner final : public Runner {
 public:
  MapRunner(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), in_(streams.in), root_(root) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i].text;
      if (word == "-t") {
        cuts_ = true;
      } else if ((word == "-n" || word == "-s") && i + 1 < words.size()) {
        (word == "-n" ? most_ : skipped_) = base::number<std::size_t>(words[++i].text).value_or(0);
      } else {
        name_ = word;
      }
    }
  }
  bool advance() override {
    text_ += in_->ready();
    in_->take(in_->ready().size());
    if (!in_->ended()) {
      in_->watch([&root = root_] { root.wake(); });
      return false;
    }
    std::erase_if(scope_.variables, [&](const auto& each) { return each.first.starts_with(name_ + "["); });
    std::size_t count = 0;
    for (std::string_view rest = text_; !rest.empty() && (most_ == 0 || count < most_);) {
      const std::size_t end = rest.find('\n');
      const bool whole = end != std::string_view::npos;
      const std::string_view line = rest.substr(0, whole ? end + (cuts_ ? 0 : 1) : rest.size());
      rest.remove_prefix(whole ? end + 1 : rest.size());
      if (skipped_ != 0) {
        --skipped_;
        continue;
      }
      scope_.variables[fmt::format("{}[{}]", name_, count++)] = line;
    }
    scope_.variables[name_ + "[#]"] = std::to_string(count);
    scope_.variables[name_] = count == 0 ? "" : scope_.variables[name_ + "[0]"];
    scope_.status = 0;
    return true;
  }

 private:
  ShellScope& scope_;
  InputPtr in_;
  ShellRoot& root_;
  std::string name_ = "MAPFILE", text_;
  std::size_t most_ = 0, skipped_ = 0;
  bool cuts_ = false;
};

}  // namespace

std::unique_ptr<Runner> run_mapfile(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root) {
  return std::make_unique<MapRunner>(words, scope, streams, root);
}

}  // namespace lvs::control
