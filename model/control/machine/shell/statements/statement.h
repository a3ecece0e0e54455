// SPDX-License-Identifier: GPL-2.0-or-later
// Where statements of a script end, and which of them only name things for those behind.
#pragma once

#include <string>
#include <string_view>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// More lines belong to it: an open quote, a here-document, `for` without `done`, `|` at the end ...
bool is_unfinished(std::string_view text);

// Nothing but assignments, functions, export, cd and the like, and tests around them: what is behind it in a script
// sees what it has set, and running it once more changes nothing.
bool only_defines(std::string_view text);

// What of a line of several commands does so, as text: "A=1" of "A=1; ip link set $A up", "cd x" of "mkdir x && cd x".
std::string defining_part(std::string_view text);

// One statement of a script, of several lines maybe, behind what others before it have defined; its text is without
// that. The error's line is one of the statement, or 0: it stands in `before`.
base::Result<ShellLinePtr, ScriptError> parse_statement(std::string_view before, std::string_view text,
                                                        const ScriptNames& scripts = {});

}  // namespace lvs::control
