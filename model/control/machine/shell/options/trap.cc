// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/trap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "control/machine/signals.h"

namespace lvs::control {
namespace {

// Commands of an action: $? is that of before, and stays unless the action ends the shell.
class ActionRunner final : public Runner {
 public:
  ActionRunner(const std::string& action, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), status_(scope.status) {
    inner_ = run_text(action, "trap", scope, streams, root).runner;
    scope_.status = status_;
  }
  bool advance() override {
    if (inner_ && !inner_->advance()) return false;
    inner_.reset();
    if (scope_.jump != ShellScope::Jump::exit) scope_.status = status_;
    scope_.failed_line = 0;
    return true;
  }

 private:
  ShellScope& scope_;
  int status_;
  std::unique_ptr<Runner> inner_;
};

std::optional<int> condition_of(const std::string& word) {
  if (word == "ERR") return kAtError;  // bash's: dash has been asked before
  return word == "EXIT" ? std::optional(kAtExit) : signal_number(word);
}

// 'it'"'"'s', as dash prints it.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\"'\"'" : std::string(1, c);
  return result + "'";
}

void print(const ShellScope& scope, const ShellStreams& streams) {
  for (const auto& [signal, action] : scope.traps) {
    const std::string name = signal == kAtExit    ? "EXIT"
                             : signal == kAtError ? "ERR"
                                                  : (scope.bash ? "SIG" : "") + std::string(signal_name(signal));
    streams.out->write(fmt::format("trap -- {} {}\n", quoted(action), name));
  }
}

}  // namespace

BuiltinResult run_trap(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot&) {
  if (!scope.script) {
    streams.err->write("not modelled: trap: in scripts only\n");
    return {2};
  }
  if (words.size() == 1) return print(scope, streams), BuiltinResult{0};
  const std::string& action = words[1].text;
  constexpr auto kUnmodelled = std::to_array<std::string_view>({"RETURN", "DEBUG"});
  // "trap INT" is "trap - INT", as is "trap 2".
  const bool alone = words.size() == 2;
  for (std::size_t i = alone ? 1 : 2; i < words.size() && scope.bash; ++i) {
    if (std::ranges::find(kUnmodelled, words[i].text) == kUnmodelled.end()) continue;
    streams.err->write(fmt::format("not modelled: trap: {}\n", words[i].text));
    return {2};
  }
  int status = 0;
  for (std::size_t i = alone ? 1 : 2; i < words.size(); ++i) {
    const auto signal = words[i].text == "ERR" && !scope.bash ? std::nullopt : condition_of(words[i].text);
    if (!signal) {
      streams.err->write(scope.bash
                             ? fmt::format("{}trap: {}: invalid signal specification\n", place_of(scope), words[i].text)
                             : fmt::format("trap: {}: bad trap\n", words[i].text));
      status = 1;
    } else if (alone || action == "-") {
      scope.traps.erase(*signal);
    } else {
      scope.traps[*signal] = action;
    }
  }
  return {status};
}

bool CaughtSignals::advance() {
  while (action_ || !scope_.caught.empty()) {
    if (!action_) {
      const auto found = scope_.traps.find(scope_.caught.front());
      scope_.caught.erase(scope_.caught.begin());
      if (found == scope_.traps.end()) continue;  // taken back meanwhile
      action_ = std::make_unique<ActionRunner>(std::string(found->second), scope_, streams_, root_);
    }
    if (!action_->advance()) return false;
    action_.reset();
    ended_ = scope_.jump == ShellScope::Jump::exit;
    if (ended_) return true;
  }
  return true;
}

std::unique_ptr<Runner> run_at_error(std::size_t line, ShellScope& scope, const ShellStreams& streams,
                                     ShellRoot& root) {
  const auto action = scope.traps.find(kAtError);
  const bool here = scope.calls == 0 || scope.traps_everywhere;
  if (action == scope.traps.end() || action->second.empty() || !here || scope.failed_line != 0) return nullptr;
  scope.failed_line = line;
  return std::make_unique<ActionRunner>(std::string(action->second), scope, streams, root);
}

void leave_traps(ShellScope& scope) {
  std::erase_if(scope.traps, [&scope](const auto& trap) {
    if (trap.first == kAtError) return !scope.traps_everywhere;
    return trap.first == kAtExit || !trap.second.empty();
  });
  scope.caught.clear();
}

bool hear_signal(ShellScope& scope, int signal, ShellRoot& root) {
  if (scope.task != nullptr && scope.task->take_signal(signal)) return true;
  const auto trap = scope.traps.find(signal);
  if (trap == scope.traps.end()) return false;
  if (!trap->second.empty()) scope.caught.push_back(signal);
  root.wake();
  return true;
}

std::unique_ptr<Runner> run_at_exit(ShellScope& scope, const ShellStreams& streams, ShellRoot& root) {
  const auto action = scope.traps.extract(kAtExit);
  if (action.empty() || action.mapped().empty()) return nullptr;
  scope.jump = ShellScope::Jump::none;
  return std::make_unique<ActionRunner>(action.mapped(), scope, streams, root);
}

}  // namespace lvs::control
