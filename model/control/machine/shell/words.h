// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text as tokens (POSIX shell, token recognition and quoting). Internal to the shell.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/machine/shell/shell.h"
#include "control/machine/usual/usual-files.h"

namespace lvs::control {

enum class TokenKind : std::uint8_t {
  word,
  semicolon,   // ; or a newline
  end_choice,  // ;;
  and_if,      // &&
  or_if,       // ||
  background,  // &
  pipe,        // |
  output,      // [N]>, [N]>|
  append,      // [N]>>
  input,       // [N]<
  here,        // [N]<<, [N]<<-; the next token is the text
  duplicate,   // [N]>&, [N]<&
  open,        // (
  close,       // )
};

struct Token {
  TokenKind kind = TokenKind::word;
  ShellWord word;       // of a word; of an operator its spelling and place
  int descriptor = -1;  // of a redirection: N, or -1 when not given
  std::size_t line = 1;
};

// What the shell itself says to a text that it cannot read: statements/broken.h.
struct OwnError {
  bool said = false;
  std::string dash{}, bash{};
  std::size_t line = 0;     // 0: the one behind the last
  bool shows_line = false;  // bash does
};

// What a text knows of the text around it.
struct ParseContext {
  std::size_t offset = 0;             // columns before it
  std::size_t line = 1;               // where it begins
  unsigned depth = 0;                 // how deep inside
  bool bash = false;                  // a script for bash
  std::set<std::string> functions{};  // that it may call
  ScriptNames scripts{};              // in folders of PATH
  ReadFunctions read{};               // and those of files that it reads
  OwnError* own = nullptr;            // of a script: what is no word of its shell is a name that nothing has
};

base::Result<std::vector<Token>, SyntaxError> tokenize(std::string_view text, const ParseContext& context);

// The functions that a text defines and the files that it reads, seen before its words are: what stands in $(...) is
// read with the word and may call them. statements/functions.cc.
void foresee_functions(std::string_view text, ParseContext& context);

// The tokens as commands; parser.cc.
base::Result<CommandList, SyntaxError> parse_commands(std::string_view text, const ParseContext& context);

// Commands with variables in their words, looked at before anything runs; check.cc. The first that is not modelled, as
// far as the values of its words can be foreseen (lists of for, texts assigned, seq); in a line also the first variable
// that nothing sets, as every line is a shell of its own. A script has arguments and an environment that are not known.
std::optional<SyntaxError> check_words(const CommandList& commands, bool script, const ScriptNames& scripts = {});

// Is it a name that a variable can have?
bool is_variable_name(std::string_view text);

}  // namespace lvs::control
