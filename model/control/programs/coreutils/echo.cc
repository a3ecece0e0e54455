// SPDX-License-Identifier: GPL-2.0-or-later
// echo as built into dash: -n, and backslash sequences always.
#include <cstdint>
#include <string>

#include "control/machine/registry.h"

namespace lvs::control {
namespace {

// Appends `text` with its sequences replaced; false when \c ended all output.
bool append_unescaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (const char c = text[++i]) {
      case 'a': out += '\a'; break;
      case 'b': out += '\b'; break;
      case 'c': return false;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'v': out += '\v'; break;
      case '\\': out += '\\'; break;
      case '0': {  // up to three octal digits
        unsigned value = 0;
        for (int n = 0; n < 3 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7'; ++n) {
          value = value * 8 + static_cast<unsigned>(text[++i] - '0');
        }
        out += static_cast<char>(static_cast<std::uint8_t>(value));
        break;
      }
      default: out += '\\'; out += c;
    }
  }
  return true;
}

}  // namespace

CommandResultOrError parse_echo(const std::vector<Word>& words) {
  std::string out;
  std::size_t first = 1;
  const bool newline = !(words.size() > 1 && words[1].text == "-n");
  if (!newline) first = 2;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (i > first) out += ' ';
    if (!append_unescaped(out, words[i].text)) return refusal(0, {}, std::move(out));
  }
  if (newline) out += '\n';
  return refusal(0, {}, std::move(out));
}

}  // namespace lvs::control
