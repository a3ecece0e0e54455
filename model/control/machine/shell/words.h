// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text as tokens (POSIX shell, token recognition and quoting). Internal to the shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/machine/shell/shell.h"

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
  open,        // (
  close,       // )
};

struct Token {
  TokenKind kind = TokenKind::word;
  ShellWord word;       // of a word; of an operator its spelling and place
  int descriptor = -1;  // of a redirection: N, or -1 when not given
};

// `offset`: columns before the text, of a text inside another one; `depth`: how deep inside.
base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view text, std::size_t offset = 0,
                                                       unsigned depth = 0);

// The tokens as commands; shell.cc.
base::Result<CommandList, SyntaxError> parse_commands(std::string_view text, std::size_t offset, unsigned depth);

// Is it a name that a variable can have?
bool is_variable_name(std::string_view text);

}  // namespace lvs::control
