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
      step_ = Step::run;
      start();
    }
    if (inner_ && !result_ && inner_->advance()) result_ = scope_.status;
    if (!result_) return false;
    end();
    return true;
  }

 private:
  enum class Step : std::uint8_t { substitute, start, run };

  Machine& machine() { return root_.machine(); }

  void complain(const std::string& text) { io_.complain(fmt::format("/bin/sh: 1: {}\n", text)); }

  void start() {
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
    CommandPtr program = command_.simple.command;
    if (program) {
      name_ = command_.simple.words.front().text();
      single_word_ = command_.simple.words.size() == 1;
    } else if (!find_program(program)) {
      return;
    }
    starting_ = true;
    program_ = program;
    task_ = program->start(machine(), io_, [this](int status) {
      result_ = status;
      if (!starting_) root_.wake();
    });
    starting_ = false;
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

  bool find_program(CommandPtr& program) {
    const Expanded words = expand(command_.simple.words, values_);
    if (!words.error.empty()) return arithmetic_error(words.error);
    if (words.words.empty()) {
      result_ = values_.any() ? values_.status() : 0;
      return false;
    }
    auto parsed = parse_command(words.words);
    if (!parsed) {  // could not be foreseen
      io_.complain(fmt::format("not modelled: {}\n", parsed.error().text()));
      result_ = 2;
      return false;
    }
    name_ = words.words.front().text;
    single_word_ = words.words.size() == 1;
    program = *parsed;
    return true;
  }

  // Opens the files of the redirections in order, as dash does; false and a message when one cannot be.
  bool redirect() {
    for (const Redirection& redirection : command_.redirections) {
      if (redirection.kind == Redirection::Kind::duplicate) {
        std::string* const source = redirection.source == 1 ? io_.out : io_.err;
        if (redirection.descriptor == 1) io_.to_file = false;
        (redirection.descriptor == 1 ? io_.out : io_.err) = source;
        continue;
      }
      const Expanded expanded = expand_whole(redirection.path, values_);
      if (!expanded.error.empty()) return arithmetic_error(expanded.error);
      const std::string& path = expanded.words.front().text;
      Files& files = machine().files();
      if (redirection.kind == Redirection::Kind::input) {
        auto file = files.read(path);
        if (file.error == FileError::no_entry) {
          complain(fmt::format("cannot open {}: No such file", path));
          return false;
        }
        input_ = std::move(file.text);
        io_.in = input_;
        continue;
      }
      const FileError error = path.empty() ? FileError::no_entry : files.can_write(path);
      if (error != FileError::none) {
        const std::string_view reason = error == FileError::no_entry ? "Directory nonexistent" : text_of(error);
        complain(fmt::format("cannot create {}: {}", path, reason));
        return false;
      }
      if (redirection.kind != Redirection::Kind::append) files.truncate(path);
      targets_.push_back(std::make_unique<Target>(files));
      files.open_writer(path, &targets_.back()->text);
      (redirection.descriptor == 1 ? io_.out : io_.err) = &targets_.back()->text;
      io_.to_file = io_.to_file || redirection.descriptor == 1;
    }
    return true;
  }

  void end() {
    int status = *result_;
    for (const auto& target : targets_) {
      const FileError error = machine().files().close_writer(&target->text);
      if (error == FileError::none) continue;
      // Most tools never look whether what they printed was taken.
      if (name_ == "echo") {
        *streams_.err += "/bin/sh: 1: echo: echo: I/O error\n";
      } else if (name_ == "cat") {
        *streams_.err += fmt::format("cat: write error: {}\n", text_of(error));
      } else {
        continue;
      }
      status = 1;
    }
    task_.reset();
    program_.reset();
    // "exit" alone keeps the status of the command before it.
    if (name_ != "exit" || !single_word_) scope_.status = status;
    if (name_ == "exit") scope_.jump = ShellScope::Jump::exit;
    if (name_ == "break") scope_.jump = ShellScope::Jump::break_;
    if (name_ == "continue") scope_.jump = ShellScope::Jump::continue_;
  }

  struct Target {
    explicit Target(Files& its) : files(its) {}
    ~Target() { files.close_writer(&text); }
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    Files& files;
    std::string text;
  };

  const ShellCommand& command_;
  ShellScope& scope_;
  ShellStreams streams_;
  ShellRoot& root_;
  Substitutions values_;
  Step step_ = Step::substitute;
  bool starting_ = false;
  std::optional<int> result_;
  std::string name_;
  bool single_word_ = false;
  std::string input_;
  Io io_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::unique_ptr<Runner> inner_;
  CommandPtr program_;
  std::unique_ptr<Task> task_;
};

}  // namespace

std::unique_ptr<Runner> run_command(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root) {
  return std::make_unique<CommandRunner>(command, scope, streams, root);
}

}  // namespace lvs::control
