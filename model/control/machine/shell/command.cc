// SPDX-License-Identifier: GPL-2.0-or-later
// One command: its words expanded, its files opened, then run.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/condition.h"
#include "control/machine/shell/builtins.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/options/xtrace.h"
#include "control/machine/shell/prefix.h"
#include "control/machine/shell/substitute.h"

namespace lvs::control {
namespace {

class CommandRunner final : public Runner {
 public:
  CommandRunner(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : command_(command),
        scope_(scope),
        streams_(streams),
        root_(root),
        caught_(scope, streams, root),
        values_(scope, streams, root) {
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
    if (scope_.shows_commands) streams_.err->write(shown_command(command_.simple, words, scope_));
  }

  void complain(const std::string& text) { io_.complain(fmt::format("{}{}\n", place_of(scope_), text)); }

  // The files and words; a command that only reads its input then waits for that.
  void prepare() {
    scope_.line = command_.line;
    machine().files().work_in(scope_.folder);
    io_.in = streams_.in;
    io_.out = streams_.out;
    io_.err = streams_.err;
    if (!redirect()) {
      result_ = 2;
      return;
    }
    if (command_.compound) {
      inner_ = run_compound(*command_.compound, scope_, {io_.in, io_.out, io_.err}, root_);
      return;
    }
    if (!assign()) return;
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
    if (const auto found = scope_.functions.find(name); found != scope_.functions.end()) {
      std::vector<std::string> arguments;
      for (std::size_t i = 1; i < words.size(); ++i) arguments.push_back(words[i].text);
      return begin({2, run_function(found->second, std::move(arguments), scope_, streams, root_)});
    }
    if (is_script_name(name)) return begin(run_script_file(words, scope_, streams, root_));
    if (is_shell_builtin(name)) return begin(run_shell_builtin(words, scope_, streams, root_));
    return true;
  }

  void start() {
    name_ = words_.front();
    io_.pid = scope_.pid;
    if (!is_builtin(name_)) take_process();
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

  // The command's process has been ended by a signal. A shell that waits for it says so, as dash does.
  void killed(int signal) {
    task_.reset();
    result_ = timed_out_ ? kTimedOut : 128 + signal;
    if (!timed_out_ && signal != kSigInt && signal != kSigPipe)
      streams_.err->write(fmt::format("{}\n", signal_text(signal)));
    root_.wake();
  }

  bool assign() {
    const bool for_command = !command_.simple.words.empty();
    for (const Assignment& each : command_.simple.assignments) {
      const Expanded value = expand_whole(each.value, values_);
      if (!value.error.empty()) return arithmetic_error(value.error);
      if (for_command)
        lend(each.name, value.words.front().text);
      else
        scope_.variables[each.name] = value.words.front().text;
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

  // A shell that is no terminal's ends at once.
  bool arithmetic_error(const std::string& error) {
    complain(error);
    scope_.jump = ShellScope::Jump::exit;
    result_ = 2;
    return false;
  }

  void find_program() {
    if (is_condition(command_.simple)) {
      result_ = test_condition(command_.simple, values_, machine(), io_, place_of(scope_));
      return;
    }
    Expanded words = expand(command_.simple.words, values_);
    if (!words.error.empty()) {
      arithmetic_error(words.error);
      return;
    }
    show(words.words);
    if (words.words.empty()) {
      result_ = values_.any() ? values_.status() : 0;
      return;
    }
    if (is_prefix(words.words.front().text) && !take_prefix(words.words)) return;
    if (!is_program(words.words)) return;
    const CommandParser bash_echo = linked_commands().bash_echo;
    auto parsed = scope_.bash && bash_echo && words.words.front().text == "echo" ? bash_echo(words.words)
                                                                                 : parse_command(words.words);
    if (!parsed) {  // could not be foreseen
      io_.complain(fmt::format("not modelled: {}\n", parsed.error().text()));
      result_ = 2;
      return;
    }
    for (const Word& word : words.words) words_.push_back(word.text);
    program_ = *parsed;
  }

  // Opens the files of the redirections in order, as dash does; false and a message when one cannot be.
  bool redirect() {
    for (const Redirection& redirection : command_.redirections) {
      if (redirection.kind == Redirection::Kind::close) {
        if (redirection.descriptor == 0)
          io_.in = std::make_shared<TextInput>();
        else
          (redirection.descriptor == 1 ? io_.out : io_.err) = std::make_shared<TextOutput>();
        continue;
      }
      if (redirection.kind == Redirection::Kind::duplicate) {
        const OutputPtr source = redirection.source == 1 ? io_.out : io_.err;
        if (redirection.descriptor == 1) io_.to_file = false;
        (redirection.descriptor == 1 ? io_.out : io_.err) = source;
        continue;
      }
      const Expanded expanded = expand_whole(redirection.path, values_);
      if (!expanded.error.empty()) return arithmetic_error(expanded.error);
      if (redirection.kind == Redirection::Kind::here) {
        io_.in = std::make_shared<TextInput>(expanded.words.front().text);
        continue;
      }
      if (!open(redirection, expanded.words.front().text)) return false;
    }
    return true;
  }

  bool open(const Redirection& redirection, const std::string& path) {
    Files& files = machine().files();
    if (redirection.kind == Redirection::Kind::input) {
      auto file = files.read(path);
      if (file.error == FileError::no_entry || file.error == FileError::not_directory) {
        complain(scope_.bash ? fmt::format("{}: {}", path, text_of(file.error))
                             : fmt::format("cannot open {}: No such file", path));
        return false;
      }
      io_.in = std::make_shared<TextInput>(std::move(file.text));
      return true;
    }
    auto opened = files.open(path, redirection.kind == Redirection::Kind::append);
    if (!opened.file) {
      const std::string_view reason =
          opened.error == FileError::no_entry ? "Directory nonexistent" : text_of(opened.error);
      complain(scope_.bash ? fmt::format("{}: {}", path, text_of(opened.error))
                           : fmt::format("cannot create {}: {}", path, reason));
      return false;
    }
    targets_.push_back(opened.file);
    (redirection.descriptor == 1 ? io_.out : io_.err) = std::move(opened.file);
    io_.to_file = io_.to_file || redirection.descriptor == 1;
    return true;
  }

  void end() {
    int status = timed_out_ ? kTimedOut : *result_;
    timeout_.reset();
    for (const auto& target : targets_) {
      const FileError error = target->close();
      if (error == FileError::none) continue;
      if (name_ != "echo" && name_ != "cat") continue;  // most tools never look whether what they printed was taken
      streams_.err->write(name_ == "echo" ? "/bin/sh: 1: echo: echo: I/O error\n"
                                          : fmt::format("cat: write error: {}\n", text_of(error)));
      status = 1;
    }
    task_.reset();
    process_.reset();
    program_.reset();
    inner_.reset();
    give_back();
    // "exit" alone keeps the status of the command before it.
    if (name_ != "exit" || words_.size() > 1) scope_.status = status;
    if (name_ == "exit") scope_.jump = ShellScope::Jump::exit;
    if (name_ == "break") scope_.jump = ShellScope::Jump::break_;
    if (name_ == "continue") scope_.jump = ShellScope::Jump::continue_;
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
  std::vector<std::shared_ptr<OutputFile>> targets_;
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
