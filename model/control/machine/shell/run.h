// SPDX-License-Identifier: GPL-2.0-or-later
// Commands of sh text at work: a tree of runners, asked again whenever something in it has ended. Internal to LineRun.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "control/machine/process.h"
#include "control/machine/shell/shell.h"
#include "control/machine/stream.h"

namespace lvs::control {

class Machine;

// One shell's state. Subshells (pipelines, background, $(...), ( )) begin with a copy.
struct ShellScope {
  enum class Jump : std::uint8_t { none, exit, break_, continue_ };

  std::map<std::string, std::string> variables{};
  int status = 0;      // $?
  Pid pid = 0;         // of the shell or subshell; its commands are its children
  Pid background = 0;  // $!
  // The process has nothing to do but one command, which takes its place (exec); `task`: that command, at work.
  bool replaced = false;
  Task* task = nullptr;
  Jump jump = Jump::none;
};

struct ShellStreams {
  InputPtr in;
  OutputPtr out, err;
};

// Whoever drives a tree of runners.
class ShellRoot {
 public:
  virtual ~ShellRoot() = default;
  virtual Machine& machine() = 0;
  // A command has ended: ask the tree again, soon and not from within this call.
  virtual void wake() = 0;
  // May a command start now? If not, the tree is asked again later: even a loop that does nothing takes time.
  virtual bool may_start() = 0;
  // The process that $! names.
  virtual Pid start_background(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) = 0;
};

class Runner {
 public:
  virtual ~Runner() = default;
  // Goes on as far as possible; true once it has ended, its status in the scope.
  virtual bool advance() = 0;
};

// All of these must outlive the runner.
std::unique_ptr<Runner> run_list(const CommandList& list, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root);
// The same without looking whether the chain is to run in the background.
std::unique_ptr<Runner> run_chain(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
// Is it one simple command, which can take the shell's place (exec)?
bool is_one_command(const Chain& chain);
bool is_one_command(const CommandList& list);
// shell-command.cc: one command with its redirections.
std::unique_ptr<Runner> run_command(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root);
// shell-compound.cc: for, while, if and groups.
std::unique_ptr<Runner> run_compound(const Compound& compound, ShellScope& scope, const ShellStreams& streams,
                                     ShellRoot& root);

}  // namespace lvs::control
