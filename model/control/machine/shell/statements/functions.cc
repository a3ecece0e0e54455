// SPDX-License-Identifier: GPL-2.0-or-later
// Names of functions in a text that has not been read yet.
#include <algorithm>
#include <cctype>
#include <string>

#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Of bash; what stands in a name otherwise.
bool is_name_sign(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-.:+@%").find(c) != std::string_view::npos;
}

std::string_view word_at(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  const std::size_t end = std::min(text.find_first_of(" \t\n;&|()<>", at), text.size());
  return text.substr(at, end - at);
}

// Could a command begin here?
bool at_command(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  if (at == 0 || std::string_view("\n;&|({`!").find(text[at - 1]) != std::string_view::npos) return true;
  const std::size_t begin = text.find_last_of(" \t\n;&|(", at - 1) + 1;
  const std::string_view before = text.substr(begin, at - begin);
  return before == "then" || before == "else" || before == "do";
}

}  // namespace

void foresee_functions(std::string_view text, ParseContext& context) {
  // NAME ( )
  for (std::size_t open = text.find('('); open != text.npos; open = text.find('(', open + 1)) {
    std::size_t close = open + 1;
    while (close < text.size() && is_blank(text[close])) ++close;
    if (close >= text.size() || text[close] != ')') continue;
    std::size_t end = open;
    while (end > 0 && is_blank(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_name_sign(text[begin - 1])) --begin;
    if (begin < end) context.functions.emplace(text.substr(begin, end - begin));
  }
  constexpr std::string_view kFunction = "function ";
  for (std::size_t at = text.find(kFunction); at != text.npos && context.bash; at = text.find(kFunction, at + 1))
    if (at_command(text, at)) context.functions.emplace(word_at(text, at + kFunction.size()));
  for (const std::string_view reads : {". ", "source ", "eval "}) {
    for (std::size_t at = text.find(reads); at != text.npos; at = text.find(reads, at + 1)) {
      if (!at_command(text, at)) continue;
      const std::string_view file = word_at(text, at + reads.size());
      const bool plain = reads != "eval " && file.find_first_of("$`'\"\\") == file.npos;
      context.read.read(plain ? file : std::string_view());
    }
  }
}

}  // namespace lvs::control
