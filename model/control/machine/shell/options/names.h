// SPDX-License-Identifier: GPL-2.0-or-later
// command -v, command -V, type; declare. Internal to the shell.
#pragma once

#include <optional>
#include <vector>

#include "control/machine/shell/builtins.h"
#include "control/machine/shell/run.h"

namespace lvs::control {

// command -v NAMES, command -V NAMES and type NAMES.
BuiltinResult run_which(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                        ShellRoot& root);
// hash NAMES: are they commands? hash -r.
BuiltinResult run_hash(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
// shopt of bash: nullglob; what has no effect in scripts, or is on all the same, may be set as well.
BuiltinResult run_shopt(const std::vector<Word>& words, ShellScope& scope);
std::optional<SyntaxError> check_shopt(const std::vector<Word>& words);
// declare and typeset as words of `export` or `local`, or what is not modelled of them.
std::vector<Word> as_export(const std::vector<Word>& words, const ShellScope& scope);
std::optional<SyntaxError> check_declare(const std::vector<Word>& words);

}  // namespace lvs::control
