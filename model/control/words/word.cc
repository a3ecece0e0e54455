// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/word.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lvs::control {

std::string SyntaxError::text() const {
  std::string text = fmt::format("column {}: ", column);
  if (!word.empty()) text += fmt::format("'{}': ", word);
  text += reason;
  if (!known.empty()) text += "; known: " + known;
  return text;
}

SyntaxError Args::unknown(std::string reason, std::string known) const {
  const Word& word = words_[next_ == 0 ? 0 : next_ - 1];
  return {word.column, word.text, std::move(reason), std::move(known)};
}

bool looks_like_ipv6(std::string_view text) {
  if (text.starts_with('[')) return true;
  text = text.substr(0, text.find('/'));
  if (std::ranges::count(text, ':') < 2) return false;
  // A MAC address has six groups of two digits and no "::".
  const bool hex = text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  const bool mac = text.size() == 17 && text.find("::") == std::string_view::npos && text[2] == ':' && text[5] == ':';
  return hex && !mac;
}

SyntaxError ipv6_error(const Word& word) { return {word.column, word.text, "IPv6 is not modelled", "IPv4"}; }

}  // namespace lvs::control
