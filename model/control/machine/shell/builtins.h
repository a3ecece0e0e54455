// SPDX-License-Identifier: GPL-2.0-or-later
// Commands that are a part of the shell and look at its state: cd, export, read, set, shift, return, wait, eval, "."
// and others. Internal to the shell.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/run.h"

namespace lvs::control {

bool is_shell_builtin(std::string_view name);
// Dash ends when one of these fails (POSIX shell, 2.8.1 and 2.14).
bool is_special_builtin(std::string_view name);
// What of its words is not modelled, before it runs.
std::optional<SyntaxError> check_shell_builtin(const std::vector<Word>& words);
// The same of a command behind sudo, timeout and the like.
std::optional<SyntaxError> check_prefixed(std::vector<Word> words, const std::set<std::string>& functions,
                                          const ScriptNames& scripts);
// Is it the name of a script, or of a shell that runs one? They are looked up when they run.
bool is_script_name(std::string_view name);

// At work: a status at once, or something that takes time.
struct BuiltinResult {
  int status = 0;
  std::unique_ptr<Runner> runner{};  // its status is the scope's
};
BuiltinResult run_shell_builtin(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                ShellRoot& root);

// scripts.cc: a function of the scope, sh FILE, ./FILE.
std::unique_ptr<Runner> run_function(std::shared_ptr<const ShellCommand> body, const std::vector<Word>& words,
                                     ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
// `takes_place`: of a subshell that has no other command (exec).
BuiltinResult run_script_file(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                              ShellRoot& root, bool takes_place);
struct NamedScript {
  bool known;  // if not, it is not there
  bool takes_place;
};
// A script in a folder of PATH; nothing: a program of the system has that name.
std::optional<BuiltinResult> run_script_on_path(const std::vector<Word>& words, NamedScript how, ShellScope& scope,
                                                const ShellStreams& streams, ShellRoot& root);
// Commands in this very shell: eval, "." and trap.
BuiltinResult run_text(const std::string& text, const std::string& what, ShellScope& scope, const ShellStreams& streams,
                       ShellRoot& root);

// "./x.sh: 3: ", as messages of this shell begin.
std::string place_of(const ShellScope& scope);

}  // namespace lvs::control
