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
  std::erase_if(scope_.traps, [&outer](const auto& trap) {
    if (trap.first == kAtError) return !outer.traps_everywhere;
    return trap.first == kAtExit || !trap.second.empty();
  });
  scope_.caught.clear();
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

void Subshell::begin(ShellScriptPtr script, std::string name, std::vector<std::string> arguments,
                     const ShellStreams& streams, const std::string& options) {
  ShellScope fresh;
  fresh.ends_on_failure = options.find('e') != std::string::npos;
  fresh.wants_variables = options.find('u') != std::string::npos;
  fresh.shows_commands = options.find('x') != std::string::npos;
  fresh.variables.clear();
  for (const std::string& each : scope_.exported)
    if (const auto found = scope_.variables.find(each); found != scope_.variables.end()) fresh.variables.insert(*found);
  fresh.exported = scope_.exported;
  fresh.folder = scope_.folder;
  fresh.pid = fresh.first = pid();
  fresh.depth = scope_.depth + 1;
  fresh.bash = script->bash;
  fresh.script = true;
  fresh.traps = scope_.traps;
  fresh.traps.erase(kAtError);
  streams_ = streams;
  std::vector<std::string> shown{script->bash ? "/bin/bash" : "/bin/sh", name};
  shown.insert(shown.end(), arguments.begin(), arguments.end());
  set_arguments(std::move(shown));
  rename(name.substr(name.rfind('/') + 1));
  fresh.name = std::move(name);
  fresh.arguments = std::move(arguments);
  fresh.keeps = script;
  scope_ = std::move(fresh);
  runner_ = run_list(script->chains, scope_, streams, root_, scope_.name != "bash");
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

bool Subshell::take_signal(int signal) {
  if (scope_.task != nullptr && scope_.task->take_signal(signal)) return true;
  const auto trap = scope_.traps.find(signal);
  if (trap == scope_.traps.end()) return false;
  if (!trap->second.empty()) scope_.caught.push_back(signal);
  root_.wake();
  return true;
}

void Subshell::ended(ExitStatus status) {
  if (status.signal == 0) return;
  signal_ = status.signal;
  scope_.status = status.shell();
  root_.wake();
}

}  // namespace lvs::control
