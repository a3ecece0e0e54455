// SPDX-License-Identifier: GPL-2.0-or-later
// A process for a part of a shell that has a state of its own: a stage of a pipe, ( ), $( ). Internal to the shell.
#pragma once

#include <memory>

#include "control/machine/shell/run.h"

namespace lvs::control {

// Another shell that runs a script: of `outer` it has what is exported. `options`: of `set`, as letters.
struct ScriptCall {
  ShellScriptPtr script;
  std::string name;
  std::vector<std::string> arguments;
  std::string options;
};
ShellScope script_scope(const ShellScope& outer, Pid pid, const ScriptCall& call);
// As the table of processes has it from then on.
void become_script(Process& process, const ScriptCall& call);

class Subshell final : private Process {
 public:
  Subshell(ShellRoot& root, const ShellScope& outer);
  // Without set -e, whatever the outer one has.
  void outlive_failures() { scope_.ends_on_failure = false; }

  // Once; advance() then does the work.
  void begin(const CommandList& list, const ShellStreams& streams);
  void begin(const ShellCommand& command, const ShellStreams& streams);
  void begin(const ScriptCall& call, const ShellStreams& streams);
  // True once it has ended. Its streams are closed then.
  bool advance();
  int status() const { return scope_.status; }
  using Process::pid;
  bool traps(int signal) const { return scope_.traps.contains(signal); }
  // The signal that has ended it; 0: none.
  int killed_by() const { return signal_; }

 private:
  void load(const SimpleCommand& simple);
  bool hears_of_children() const override { return false; }
  bool take_signal(int signal) override;
  void ended(ExitStatus status) override;

  ShellRoot& root_;
  ShellScope scope_;
  ShellStreams streams_;
  bool leaving_ = false;  // at work is what is to be done at the end
  int signal_ = 0;
  std::unique_ptr<Runner> runner_;
};

}  // namespace lvs::control
