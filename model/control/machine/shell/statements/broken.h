// SPDX-License-Identifier: GPL-2.0-or-later
// Scripts that the shell itself cannot read to their end: words of bash in a script of sh, a missing fi, an open quote.
// Internal to the shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/machine/shell/words.h"

namespace lvs::control {

// Notes what dash or bash says of a token where it cannot stand; nullptr: the text ends there. `expecting`: the word or
// sign that dash misses; empty: it names none.
void note_unexpected(const ParseContext& context, const Token* token, std::string_view expecting);
// The text ends within quotes, backquotes, ${ or $(, opened in this line.
void note_open_end(const ParseContext& context, std::string_view opened, std::size_t line);
// Any other words of dash's.
void note_own(const ParseContext& context, std::string_view said, std::size_t line);

// A shell reads a script statement by statement and runs each: what stands before the one that it cannot read, and then
// what it says, to the standard error, and its status. Nothing: it would read them all.
// `name`: of the script, as the shell says it.
std::optional<std::string> until_broken(std::string_view text, const std::string& name, bool bash,
                                        const ScriptNames& scripts);

}  // namespace lvs::control
