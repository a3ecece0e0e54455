// SPDX-License-Identifier: GPL-2.0-or-later
// One command: its words expanded, its files opened, then run.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/bash/condition.h"
#include "control/machine/shell/builtins.h"
#include "control/machine/shell/options/placed-errors.h"
#include "control/machine/shell/options/redirect.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/options/xtrace.h"
#include "control/machine/shell/prefix.h"
#include "control/machine/shell/substitute.h"

namespace lvs::control {
namespace {

// exec without a command: its files are the shell's from then on.
bool is_lone_exec(const ShellCommand& command) {
  return command.simple.words.size() == 1 && command.simple.words.front().is_text() &&
         command.simple.words.front().text() == "exec";
}

class CommandRunner final : public Runner {
 public:
  CommandRunner(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : command_(command),
        scope_(scope),
        streams_(streams),
        root_(root),
        caught_(scope, streams, root),
        values_(scope, streams, root),
        is_exec_(is_lone_exec(command)),
        files_(scope, root.machine(), io_, is_exec_) {
    for (const Redirection& each : command.redirections) values_.add(each.path);
    for (const Assignment& each : command.simple.assignments) values_.add(each.value);
    if (!command.simple.command)
      for (const ShellWord& word : command.simple.words) values_.add(word);
  }

  bool advance() override {
    if (step_ == Step::substitute) {
      if (!values_.advance()) return false;
      step_ = Step::start;
    }
    if (step_ == Step::start) {
      if (!files_.dial(command_.redirections, values_, root_)) return false;
      if (!caught_.advance()) return false;
      if (caught_.ended()) return true;
      if (!root_.may_start()) return false;
      step_ = Step::input;
      if (is_full(streams_.out) || is_full(streams_.err))
        out_of_space();
      else
        prepare();
    }
    if (step_ == Step::input && !result_) {
      if (program_ && program_->awaits_input() && !io_.in->ended()) {
        io_.in->watch([&root = root_] { root.wake(); });
        return false;
      }
      step_ = Step::run;
      if (program_) start();
    }
    if (inner_ && !result_ && inner_->advance()) result_ = scope_.status;
    if (!result_) return false;
    end();
    return true;
  }

 private:
  static constexpr int kTimedOut = 124;
  enum class Step : std::uint8_t { substitute, start, input, run };

  Machine& machine() { return root_.machine(); }

  // What a line or a substitution has printed stays in memory: a stranger's loop ends somewhere.
  static bool is_full(const OutputPtr& output) {
    constexpr std::size_t kMost = 64 << 20;
    const auto* text = dynamic_cast<const TextOutput*>(output.get());
    return text != nullptr && text->text().size() > kMost;
  }
  void out_of_space() {
    io_.err = streams_.err;
    complain("Out of space: more than 64 MiB have been printed");
    scope_.jump = ShellScope::Jump::exit;
    result_ = 2;
  }

  // set -x
  void show(const std::vector<Word>& words) {
    if (scope_.shows_commands) streams_now(scope_, streams_).err->write(shown_command(command_.simple, words, scope_));
  }

  bool ends_dash() const {
    const auto& words = command_.simple.words;
    return !scope_.bash && !words.empty() && words.front().is_text() && is_special_builtin(words.front().text());
  }

  void complain(const std::string& text) { io_.complain(fmt::format("{}{}\n", place_of(scope_), text)); }

  // The files and words; a command that only reads its input then waits for that.
  void prepare() {
    scope_.line = command_.line;
    machine().files().work_in(scope_.folder, scope_.mask);
    const ShellStreams now = streams_now(scope_, streams_);
    io_.in = now.in;
    io_.out = now.out;
    io_.err = now.err;
    if (const auto error = files_.open(command_.redirections, values_)) {
      complain(*error);
      result_ = scope_.bash ? 1 : 2;
      if (ends_dash()) scope_.jump = ShellScope::Jump::exit;
      return;
    }
    if (is_exec_) files_.keep(streams_);
    if (command_.compound) {
      inner_ = run_compound(*command_.compound, scope_, {io_.in, io_.out, io_.err}, root_);
      return;
    }
    if (!assign()) return;
    if (is_exec_) {
      result_ = 0;
      return;
    }
    if (command_.simple.command) {
      program_ = command_.simple.command;
      std::vector<Word> shown;
      for (const ShellWord& word : command_.simple.words) {
        words_.push_back(word.text());
        shown.push_back({word.text(), 0});
      }
      show(shown);
    } else {
      find_program();
    }
    if (!result_ && !program_ && !inner_) result_ = 0;
  }

  // sudo, timeout and the like; false: it has come to an end there.
  bool take_prefix(std::vector<Word>& words) {
    constexpr int kFailed = 125;
    const CommandPrefix prefix = read_prefix(words);
    if (prefix.error || !prefix.complaint.empty()) {
      io_.complain(prefix.error ? fmt::format("not modelled: {}\n", prefix.error->text()) : prefix.complaint);
      result_ = prefix.error ? 2 : kFailed;
      return false;
    }
    for (const auto& [name, value] : prefix.variables) lend(name, value);
    if (prefix.replaces) {
      leaves_ = scope_.replaced = true;
      scope_.traps.erase(kAtExit);
    }
    if (prefix.timeout && *prefix.timeout > base::Time{0}) {
      timeout_signal_ = prefix.timeout_signal;
      timeout_ = std::make_unique<Alarm>(machine().host(), [this] { time_is_up(); });
      timeout_->set_after(*prefix.timeout);
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(prefix.words));
    return true;
  }

  void time_is_up() {
    if (result_) return;
    timed_out_ = true;
    if (process_) {
      machine().processes().send(process_->pid(), timeout_signal_);
      return;
    }
    if (inner_ && inner_->take_timeout(timeout_signal_)) return;
    inner_.reset();
    task_.reset();
    result_ = kTimedOut;
    root_.wake();
  }

  // What runs within the shell, or in another one; true if it is none of that.
  bool is_program(const std::vector<Word>& words) {
    const std::string& name = words.front().text;
    const ShellStreams streams{io_.in, io_.out, io_.err};
    const auto begin = [&](BuiltinResult result) {
      name_ = name;
      inner_ = std::move(result.runner);
      if (!inner_) result_ = result.status;
      return false;
    };
    if (const auto found = scope_.functions.find(name); found != scope_.functions.end())
      return begin({2, run_function(found->second, words, scope_, streams, root_)});
    if (is_script_name(name)) return begin(run_script_file(words, scope_, streams, root_, !timeout_));
    if (is_shell_builtin(name)) return begin(run_shell_builtin(words, scope_, streams, root_));
    auto script = run_script_on_path(words, {command_.simple.script, !timeout_}, scope_, streams, root_);
    return !script || begin(std::move(*script));
  }

  void start() {
    name_ = words_.front();
    io_.pid = scope_.pid;
    if (is_builtin(name_))
      io_.err = std::make_shared<PlacedErrors>(std::move(io_.err), place_of(scope_));
    else
      take_process();
    io_.broken_pipe = [this] { machine().processes().send(io_.pid, kSigPipe); };
    starting_ = true;
    task_ = program_->start(machine(), io_, [this](int status) {
      result_ = status;
      if (process_) process_->leave(status);
      scope_.task = nullptr;
      if (!starting_) root_.wake();
    });
    starting_ = false;
    if (!result_ && scope_.replaced) scope_.task = task_.get();
  }

  void take_process() {
    Process* const own = machine().processes().find(scope_.pid);
    if (scope_.replaced && own != nullptr && !timeout_) {
      own->set_arguments(words_);
      own->rename(words_.front().substr(words_.front().rfind('/') + 1));
      return;
    }
    process_ = std::make_unique<CommandProcess>(*this, words_);
    io_.pid = process_->pid();
  }

  // The command's process has been ended by a signal. A shell that waits for it says so, as dash does; where `timeout`
  // has taken the shell's place there is none.
  void killed(int signal) {
    task_.reset();
    result_ = timed_out_ ? kTimedOut : 128 + signal;
    if (!timed_out_ && !scope_.replaced && signal != kSigInt && signal != kSigPipe)
      streams_now(scope_, streams_).err->write(fmt::format("{}\n", signal_text(signal)));
    root_.wake();
  }

  bool assign() {
    std::string error;
    const bool for_command = !command_.simple.words.empty();
    for (const Assignment& each : command_.simple.assignments) {
      const Expanded value = expand_whole(each.value, values_);
      if (!value.error.empty()) return expansion_error(value.error, value.demand);
      if (scope_.fixed.contains(each.name))  // dash ends, bash goes on with the next line
        return expansion_error(each.name + (scope_.bash ? ": readonly variable" : ": is read only"), false);
      if (for_command)
        lend(each.name, value.words.front().text);
      else
        error = set_variable(scope_, values_, each, value.words.front().text);
      if (!error.empty()) return expansion_error(error, false);
    }
    return true;
  }

  // Sets a variable for this command only.
  void lend(const std::string& name, const std::string& value) {
    const auto found = scope_.variables.find(name);
    before_.emplace_back(name, found == scope_.variables.end() ? std::nullopt : std::optional(found->second));
    if (scope_.exported.insert(name).second) lent_.push_back(name);
    scope_.variables[name] = value;
  }

  bool expansion_error(const std::string& error, bool demand) {
    complain(error);
    result_ = end_on_error(scope_, demand);
    return false;
  }

  void find_program() {
    if (scope_.bash && is_condition(command_.simple)) {
      const int status = test_condition(command_.simple, values_, machine(), io_, place_of(scope_));
      result_ = status == kUnset ? end_on_error(scope_, true) : status;
      return;
    }
    Expanded words = expand(command_.simple.words, values_);
    if (!words.error.empty()) return static_cast<void>(expansion_error(words.error, words.demand));
    show(words.words);
    if (words.words.empty()) {
      result_ = values_.any() ? values_.status() : 0;
      return;
    }
    if (is_prefix(words.words.front().text) && !take_prefix(words.words)) return;
    if (!is_program(words.words)) return;
    capture(words.words);
    auto parsed = parse_command(words.words, scope_.bash);
    if (!parsed) {  // could not be foreseen
      io_.complain(fmt::format("not modelled: {}\n", parsed.error().text()));
      result_ = 2;
      return;
    }
    for (const Word& word : words.words) words_.push_back(word.text);
    program_ = *parsed;
  }

  // printf -v NAME of bash.
  void capture(std::vector<Word>& words) {
    if (!scope_.bash || words.size() < 4 || words[0].text != "printf" || words[1].text != "-v") return;
    captured_name_ = words[2].text;
    words.erase(words.begin() + 1, words.begin() + 3);
    io_.out = captured_ = std::make_shared<TextOutput>();
  }

  void end() {
    int status = timed_out_ ? kTimedOut : *result_;
    timeout_.reset();
    for (const auto& target : files_.end()) {
      const FileError error = target->close();
      if (error == FileError::none) continue;
      if (name_ != "echo" && name_ != "cat") continue;  // most tools never look whether what they printed was taken
      streams_.err->write(name_ == "echo" ? place_of(scope_) + "echo: echo: I/O error\n"
                                          : fmt::format("cat: write error: {}\n", text_of(error)));
      status = 1;
    }
    task_.reset();
    process_.reset();
    program_.reset();
    inner_.reset();
    if (captured_) scope_.variables[captured_name_] = captured_->text();
    give_back();
    scope_.status = status;
    if (leaves_) scope_.jump = ShellScope::Jump::exit;
    if (name_ == "break" || name_ == "continue") leave_loops();
  }

  // break N, continue N: of more loops than there are, all.
  void leave_loops() {
    constexpr std::string_view kNowhere = "only meaningful in a `for', `while', or `until' loop";
    if (scope_.loops == 0) return scope_.bash ? complain(fmt::format("{}: {}", name_, kNowhere)) : void();
    const unsigned count = words_.size() > 1 ? base::number<unsigned>(words_[1]).value_or(1) : 1;
    scope_.leaves = std::clamp(count, 1u, scope_.loops) - 1;
    scope_.jump = name_ == "break" ? ShellScope::Jump::break_ : ShellScope::Jump::continue_;
  }

  // Variables that were set for this command only.
  void give_back() {
    for (auto& [name, value] : before_) {
      if (value)
        scope_.variables[name] = std::move(*value);
      else
        scope_.variables.erase(name);
    }
    for (const std::string& name : lent_) scope_.exported.erase(name);
  }

  class CommandProcess final : public Process {
   public:
    CommandProcess(CommandRunner& runner, std::vector<std::string> words)
        : Process(runner.machine(), runner.scope_.pid, std::move(words)), runner_(runner) {}
    void leave(int status) { exit(status); }

   private:
    bool hears_of_children() const override { return false; }
    bool take_signal(int signal) override { return runner_.task_ && runner_.task_->take_signal(signal); }
    void ended(ExitStatus status) override {
      if (status.signal != 0) runner_.killed(status.signal);
    }

    CommandRunner& runner_;
  };

  const ShellCommand& command_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  CaughtSignals caught_;
  Substitutions values_;
  Step step_ = Step::substitute;
  bool starting_ = false;
  std::optional<int> result_;
  std::vector<std::string> words_;
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
  std::vector<std::string> lent_;
  std::unique_ptr<Alarm> timeout_;
  int timeout_signal_ = kSigTerm;
  bool timed_out_ = false;
  std::string name_;
  Io io_;
  bool is_exec_;
  Redirector files_;
  bool leaves_ = false;                   // exec COMMAND
  std::shared_ptr<TextOutput> captured_;  // of printf -v
  std::string captured_name_;
  std::unique_ptr<Runner> inner_;
  CommandPtr program_;
  std::unique_ptr<CommandProcess> process_;
  std::unique_ptr<Task> task_;
};

}  // namespace

std::unique_ptr<Runner> run_command(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root) {
  return std::make_unique<CommandRunner>(command, scope, streams, root);
}

}  // namespace lvs::control
