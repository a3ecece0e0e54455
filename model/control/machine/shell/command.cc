// SPDX-License-Identifier: GPL-2.0-or-later
// One command: its words expanded, its files opened, then run.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/substitute.h"

namespace lvs::control {
namespace {

class CommandRunner final : public Runner {
 public:
  CommandRunner(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : command_(command), scope_(scope), streams_(streams), root_(root), values_(scope, streams, root) {
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

  void complain(const std::string& text) { io_.complain(fmt::format("/bin/sh: 1: {}\n", text)); }

  // The files and words; a command that only reads its input then waits for that.
  void prepare() {
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
      for (const ShellWord& word : command_.simple.words) words_.push_back(word.text());
    } else {
      find_program();
    }
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
    if (scope_.replaced && own != nullptr) {
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
    result_ = 128 + signal;
    if (signal != kSigInt && signal != kSigPipe) streams_.err->write(fmt::format("{}\n", signal_text(signal)));
    root_.wake();
  }

  bool assign() {
    for (const Assignment& each : command_.simple.assignments) {
      const Expanded value = expand_whole(each.value, values_);
      if (!value.error.empty()) return arithmetic_error(value.error);
      scope_.variables[each.name] = value.words.front().text;
    }
    return true;
  }

  // A shell that is no terminal's ends at once.
  bool arithmetic_error(const std::string& error) {
    complain(error);
    scope_.jump = ShellScope::Jump::exit;
    result_ = 2;
    return false;
  }

  void find_program() {
    const Expanded words = expand(command_.simple.words, values_);
    if (!words.error.empty()) {
      arithmetic_error(words.error);
      return;
    }
    if (words.words.empty()) {
      result_ = values_.any() ? values_.status() : 0;
      return;
    }
    auto parsed = parse_command(words.words);
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
      if (redirection.kind == Redirection::Kind::duplicate) {
        const OutputPtr source = redirection.source == 1 ? io_.out : io_.err;
        if (redirection.descriptor == 1) io_.to_file = false;
        (redirection.descriptor == 1 ? io_.out : io_.err) = source;
        continue;
      }
      const Expanded expanded = expand_whole(redirection.path, values_);
      if (!expanded.error.empty()) return arithmetic_error(expanded.error);
      if (!open(redirection, expanded.words.front().text)) return false;
    }
    return true;
  }

  bool open(const Redirection& redirection, const std::string& path) {
    Files& files = machine().files();
    if (redirection.kind == Redirection::Kind::input) {
      auto file = files.read(path);
      if (file.error == FileError::no_entry || file.error == FileError::not_directory) {
        complain(fmt::format("cannot open {}: No such file", path));
        return false;
      }
      io_.in = std::make_shared<TextInput>(std::move(file.text));
      return true;
    }
    auto opened = files.open(path, redirection.kind == Redirection::Kind::append);
    if (!opened.file) {
      const std::string_view reason =
          opened.error == FileError::no_entry ? "Directory nonexistent" : text_of(opened.error);
      complain(fmt::format("cannot create {}: {}", path, reason));
      return false;
    }
    targets_.push_back(opened.file);
    (redirection.descriptor == 1 ? io_.out : io_.err) = std::move(opened.file);
    io_.to_file = io_.to_file || redirection.descriptor == 1;
    return true;
  }

  void end() {
    int status = *result_;
    for (const auto& target : targets_) {
      const FileError error = target->close();
      if (error == FileError::none) continue;
      // Most tools never look whether what they printed was taken.
      if (name_ == "echo") {
        streams_.err->write("/bin/sh: 1: echo: echo: I/O error\n");
      } else if (name_ == "cat") {
        streams_.err->write(fmt::format("cat: write error: {}\n", text_of(error)));
      } else {
        continue;
      }
      status = 1;
    }
    task_.reset();
    process_.reset();
    program_.reset();
    // "exit" alone keeps the status of the command before it.
    if (name_ != "exit" || words_.size() > 1) scope_.status = status;
    if (name_ == "exit") scope_.jump = ShellScope::Jump::exit;
    if (name_ == "break") scope_.jump = ShellScope::Jump::break_;
    if (name_ == "continue") scope_.jump = ShellScope::Jump::continue_;
  }

  class CommandProcess final : public Process {
   public:
    CommandProcess(CommandRunner& runner, std::vector<std::string> words)
        : Process(runner.machine(), runner.scope_.pid, std::move(words)), runner_(runner) {}
    void leave(int status) { exit(status); }

   private:
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
  Substitutions values_;
  Step step_ = Step::substitute;
  bool starting_ = false;
  std::optional<int> result_;
  std::vector<std::string> words_;
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
