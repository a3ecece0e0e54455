// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/subshell.h"

#include "control/machine/machine.h"

namespace lvs::control {
namespace {

std::vector<std::string> arguments_of(ShellRoot& root, Pid pid) {
  const Process* const shell = root.machine().processes().find(pid);
  return shell == nullptr ? std::vector<std::string>{"/bin/sh"} : shell->arguments();
}

}  // namespace

Subshell::Subshell(ShellRoot& root, const ShellScope& outer)
    : Process(root.machine(), outer.pid, arguments_of(root, outer.pid)), root_(root), scope_(outer) {
  scope_.pid = pid();
  scope_.replaced = false;
  scope_.task = nullptr;
}

void Subshell::begin(const CommandList& list, const ShellStreams& streams) {
  scope_.replaced = is_one_command(list);
  runner_ = run_list(list, scope_, streams, root_);
}

void Subshell::begin(const ShellCommand& command, const ShellStreams& streams) {
  scope_.replaced = command.compound == nullptr;
  runner_ = run_command(command, scope_, streams, root_);
}

bool Subshell::advance() {
  if (!alive()) {
    runner_.reset();
    return true;
  }
  if (!runner_->advance()) return false;
  runner_.reset();
  exit(scope_.status);
  return true;
}

bool Subshell::take_signal(int signal) { return scope_.task != nullptr && scope_.task->take_signal(signal); }

void Subshell::ended(ExitStatus status) {
  if (status.signal == 0) return;
  scope_.status = status.shell();
  root_.wake();
}

}  // namespace lvs::control
