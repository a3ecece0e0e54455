// SPDX-License-Identifier: GPL-2.0-or-later
// `trap` in scripts: what is to be done at the end of a shell, and about signals. Internal to the shell.
#pragma once

#include "control/machine/shell/builtins.h"
#include "control/machine/shell/run.h"

namespace lvs::control {

inline constexpr int kAtExit = 0;    // in place of a signal
inline constexpr int kAtError = -1;  // ERR of bash

BuiltinResult run_trap(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
// A shell begins without the actions of the one around it; signals that this ignores it ignores as well.
void leave_traps(ShellScope& scope);
// A signal has come to the process of a shell: the command in its place has it, or a trap; false: neither.
bool hear_signal(ShellScope& scope, int signal, ShellRoot& root);
// The actions of signals that have been caught, to be run before the next command.
class CaughtSignals {
 public:
  // All of these must outlive it.
  CaughtSignals(ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), streams_(streams), root_(root) {}

  // As a runner's. There may be more later.
  bool advance();
  // One of them has ended the shell.
  bool ended() const { return ended_; }

 private:
  ShellScope& scope_;
  const ShellStreams& streams_;
  ShellRoot& root_;
  std::unique_ptr<Runner> action_;
  bool ended_ = false;
};
// That of the end; nullptr: there is none. It keeps the status, but where it says "exit N".
// What trap ... ERR asks for, of a command of this line that has failed; nullptr: nothing.
std::unique_ptr<Runner> run_at_error(std::size_t line, ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
std::unique_ptr<Runner> run_at_exit(ShellScope& scope, const ShellStreams& streams, ShellRoot& root);

}  // namespace lvs::control
