// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text as tokens (POSIX shell, token recognition and quoting). Internal to the shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/command.h"

namespace lvs::control {

enum class TokenKind : std::uint8_t {
  word,
  semicolon,   // ; or a newline
  and_if,      // &&
  or_if,       // ||
  background,  // &
  pipe,        // |
  output,      // [N]>
  append,      // [N]>>
  input,       // [N]<
  duplicate,   // [N]>&
};

struct Token {
  TokenKind kind = TokenKind::word;
  Word word;                              // of a word; of an operator its spelling and place
  int descriptor = -1;                    // of a redirection: N, or -1 when not given
  std::vector<std::size_t> status_marks;  // of a word: offsets in word.text where $? stood
  bool quoted = false;                    // any part of the word was in quotes or escaped
};

base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view line);

}  // namespace lvs::control
