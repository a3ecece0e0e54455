// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/subshell.h"

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/options/redirect.h"
#include "control/machine/shell/options/trap.h"

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
  leave_traps(scope_);
}

void Subshell::begin(const CommandList& list, const ShellStreams& streams) {
  streams_ = streams;
  scope_.replaced = is_one_command(list);
  runner_ = run_list(list, scope_, streams, root_);
}

void Subshell::begin(const ShellCommand& command, const ShellStreams& streams) {
  streams_ = streams;
  scope_.replaced = command.compound == nullptr;
  if (scope_.replaced) load(command.simple);
  runner_ = run_command(command, scope_, streams, root_);
}

// The stages of a pipe are started together: a program that looks at processes, loaded itself, finds programs loaded.
void Subshell::load(const SimpleCommand& simple) {
  if (!simple.command || simple.words.empty() || is_builtin(simple.words.front().text())) return;
  std::vector<std::string> arguments;
  for (const ShellWord& word : simple.words) arguments.push_back(word.text());
  const std::string program = arguments.front();
  set_arguments(std::move(arguments));
  rename(program.substr(program.rfind('/') + 1));
}

ShellScope script_scope(const ShellScope& outer, Pid pid, const ScriptCall& call) {
  ShellScope fresh;
  fresh.ends_on_failure = call.options.find('e') != std::string::npos;
  fresh.wants_variables = call.options.find('u') != std::string::npos;
  fresh.shows_commands = call.options.find('x') != std::string::npos;
  fresh.variables.clear();
  for (const std::string& each : outer.exported)
    if (const auto found = outer.variables.find(each); found != outer.variables.end()) fresh.variables.insert(*found);
  fresh.exported = outer.exported;
  fresh.folder = outer.folder;
  fresh.pid = fresh.first = pid;
  fresh.depth = outer.depth + 1;
  fresh.bash = call.script->bash;
  fresh.script = true;
  fresh.traps = outer.traps;
  fresh.traps.erase(kAtError);
  fresh.name = call.name;
  fresh.arguments = call.arguments;
  fresh.keeps = call.script;
  return fresh;
}

void become_script(Process& process, const ScriptCall& call) {
  std::vector<std::string> shown{call.script->bash ? "/bin/bash" : "/bin/sh", call.name};
  shown.insert(shown.end(), call.arguments.begin(), call.arguments.end());
  process.set_arguments(std::move(shown));
  process.rename(call.name.substr(call.name.rfind('/') + 1));
}

void Subshell::begin(const ScriptCall& call, const ShellStreams& streams) {
  streams_ = streams;
  become_script(*this, call);
  scope_ = script_scope(scope_, pid(), call);
  runner_ = run_list(call.script->chains, scope_, streams, root_, scope_.name != "bash");
}

bool Subshell::advance() {
  if (!alive()) {
    runner_.reset();
    streams_ = {};
    close_files(scope_);
    return true;
  }
  if (!runner_->advance()) return false;
  runner_.reset();
  if (scope_.script && !leaving_) {
    leaving_ = true;
    runner_ = run_at_exit(scope_, streams_, root_);
    if (runner_) return advance();
  }
  streams_ = {};  // who reads what it has printed waits for the end
  close_files(scope_);
  exit(scope_.status);
  return true;
}

bool Subshell::take_signal(int signal) { return hear_signal(scope_, signal, root_); }

void Subshell::ended(ExitStatus status) {
  if (status.signal == 0) return;
  signal_ = status.signal;
  scope_.status = status.shell();
  root_.wake();
}

}  // namespace lvs::control
