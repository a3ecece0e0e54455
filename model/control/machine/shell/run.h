// SPDX-License-Identifier: GPL-2.0-or-later
// Commands of sh text at work: a tree of runners, asked again whenever something in it has ended. Internal to LineRun.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "control/machine/shell/shell.h"

namespace lvs::control {

class Machine;

// One shell's state. Subshells (pipelines, background, $(...), ( )) begin with a copy.
struct ShellScope {
  enum class Jump : std::uint8_t { none, exit, break_, continue_ };

  std::map<std::string, std::string> variables{};
  int status = 0;  // $?
  Jump jump = Jump::none;
};

struct ShellStreams {
  std::string_view in;
  std::string* out = nullptr;
  std::string* err = nullptr;
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
  virtual void start_background(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) = 0;
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
// shell-command.cc: one command with its redirections.
std::unique_ptr<Runner> run_command(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root);
// shell-compound.cc: for, while, if and groups.
std::unique_ptr<Runner> run_compound(const Compound& compound, ShellScope& scope, const ShellStreams& streams,
                                     ShellRoot& root);

}  // namespace lvs::control
