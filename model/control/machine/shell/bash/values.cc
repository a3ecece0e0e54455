// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/bash/values.h"

#include <algorithm>
#include <cctype>

#include "control/machine/shell/pattern.h"

namespace lvs::control {
namespace {

// The longest match that begins at `at`; npos: none.
std::size_t match_at(std::string_view value, std::size_t at, std::string_view pattern) {
  for (std::size_t length = value.size() - at + 1; length-- > 0;)
    if (matches(pattern, value.substr(at, length))) return length;
  return std::string_view::npos;
}

}  // namespace

const BashWord* bash_word(const WordPart& part) {
  const bool bash = part.kind == WordPart::Kind::variable && part.use == ValueUse::plain && part.word != nullptr;
  return bash ? static_cast<const BashWord*>(part.word.get()) : nullptr;
}

std::string replaced(std::string_view value, BashUse use, std::string_view pattern, const std::string& by) {
  if (pattern.empty() && use == BashUse::replace_prefix) return by + std::string(value);
  if (pattern.empty() && use == BashUse::replace_suffix) return std::string(value) + by;
  if (pattern.empty()) return std::string(value);
  if (use == BashUse::replace_prefix) {
    const std::size_t length = match_at(value, 0, pattern);
    return length == std::string_view::npos ? std::string(value) : by + std::string(value.substr(length));
  }
  std::string result;
  std::size_t at = 0;
  while (at <= value.size()) {
    std::size_t length = match_at(value, at, pattern);
    const bool at_end = length != std::string_view::npos && at + length == value.size();
    if (use == BashUse::replace_suffix && !at_end) length = std::string_view::npos;
    if (length == std::string_view::npos || (length == 0 && at < value.size())) {
      if (at < value.size()) result += value[at];
      ++at;
      continue;
    }
    if (length == 0) break;
    result += by;
    at += length;
    if (use != BashUse::replace_all) {
      result += value.substr(at);
      break;
    }
  }
  return result;
}

std::optional<std::string> part_of(const std::string& value, long long from, std::optional<long long> length) {
  const auto size = static_cast<long long>(value.size());
  if (from < 0) from += size;
  if (from < 0 || from > size) return std::string();
  long long end = size;
  if (length) end = *length < 0 ? size + *length : std::min(size, from + std::min(*length, size));
  if (end < from) return std::nullopt;
  return value.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(end - from));
}

std::string with_case(std::string value, BashUse use) {
  const bool upper = use == BashUse::upper_first || use == BashUse::upper_all;
  const bool all = use == BashUse::upper_all || use == BashUse::lower_all;
  for (std::size_t i = 0; i < (all ? value.size() : std::min<std::size_t>(value.size(), 1)); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    value[i] = static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
  }
  return value;
}

std::vector<std::string> some_of(std::vector<std::string> words, long long from, std::optional<long long> length) {
  const auto count = static_cast<long long>(words.size());
  if (from < 0) from += count;
  if (from < 0 || from >= count) return {};
  words.erase(words.begin() + (length ? std::min(from + std::min(*length, count), count) : count), words.end());
  words.erase(words.begin(), words.begin() + from);
  return words;
}

std::optional<std::uint64_t> take_digits(unsigned radix, std::string_view& text) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";
  constexpr std::size_t kSmall = 36, kLetters = 26;  // up to 36 the case of letters does not matter
  std::uint64_t value = 0;
  while (!text.empty()) {
    std::size_t digit = kDigits.find(text.front());
    if (digit == std::string_view::npos) break;
    text.remove_prefix(1);
    if (radix <= kSmall && digit >= kSmall && digit < kSmall + kLetters) digit -= kLetters;
    if (digit >= radix) return std::nullopt;
    value = value * radix + digit;
  }
  return value;
}

}  // namespace lvs::control
