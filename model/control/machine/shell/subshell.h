// SPDX-License-Identifier: GPL-2.0-or-later
// A process for a part of a shell that has a state of its own: a stage of a pipe, ( ), $( ). Internal to the shell.
#pragma once

#include <memory>

#include "control/machine/shell/run.h"

namespace lvs::control {

class Subshell final : private Process {
 public:
  Subshell(ShellRoot& root, const ShellScope& outer);
  // Without set -e, whatever the outer one has.
  void outlive_failures() { scope_.ends_on_failure = false; }

  // Once; advance() then does the work.
  void begin(const CommandList& list, const ShellStreams& streams);
  void begin(const ShellCommand& command, const ShellStreams& streams);
  // Another shell that runs a script: of this one it has what is exported.
  // `options`: of `set`, as letters.
  void begin(ShellScriptPtr script, std::string name, std::vector<std::string> arguments, const ShellStreams& streams,
             const std::string& options);
  // True once it has ended. Its streams are closed then.
  bool advance();
  int status() const { return scope_.status; }
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
