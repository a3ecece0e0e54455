// SPDX-License-Identifier: GPL-2.0-or-later
// A command of the shell itself, called. Internal to the shell.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/builtins.h"

namespace lvs::control {

struct Call {
  const std::vector<Word>& words;
  ShellScope& scope;
  const ShellStreams& streams;
  ShellRoot& root;
  bool fixes = false;  // of `local -r`

  std::size_t size() const { return words.size(); }
  const std::string& at(std::size_t i) const { return words[i].text; }
  int complain(std::string_view text, int status) const {
    streams.err->write(fmt::format("{}{}: {}\n", place_of(scope), at(0), text));
    return status;
  }
  // A special builtin that fails ends dash (POSIX shell, 2.8.1); bash goes on, and says it in words of its own.
  BuiltinResult fail(std::string_view dash, std::string_view bash, int bash_status = 1) const {
    if (scope.bash) return {bash.empty() ? bash_status : complain(bash, bash_status)};
    scope.jump = ShellScope::Jump::exit;
    return {complain(dash, 2)};
  }
};

// What dash does not have.
BuiltinResult not_found(const Call& call);

// folders.cc: cd, pwd; pushd, popd and dirs of bash; umask
BuiltinResult run_cd(const Call& call);
BuiltinResult run_pwd(const Call& call);
BuiltinResult run_folders(const Call& call);
BuiltinResult run_umask(const Call& call);
// alias and unalias: they matter to later lines of a script of dash alone.
BuiltinResult run_alias(const Call& call);

// variables.cc
BuiltinResult run_export(const Call& call);
BuiltinResult run_unset(const Call& call);
BuiltinResult run_declare(const Call& call);

}  // namespace lvs::control
