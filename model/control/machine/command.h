// SPDX-License-Identifier: GPL-2.0-or-later
// What a command is: words parsed into a value once, run as often as wanted, in virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/machine/stream.h"
#include "control/words/word.h"

namespace lvs::control {

class Machine;

// What one running command has from the shell: its standard streams and its process.
struct Io {
  InputPtr in;
  OutputPtr out, err;
  bool to_file = false;   // standard output is a file: programs collect what they print
  std::uint32_t pid = 0;  // of the process; of the shell's, where the command is built into it
  // Nobody reads what was written (SIGPIPE).
  std::function<void()> broken_pipe{};

  void print(std::string_view text) const {
    if (!out->write(text) && broken_pipe) broken_pipe();
  }
  void complain(std::string_view text) const { err->write(text); }
};

// A command at work. Its destructor stops it wherever it is.
class Task {
 public:
  virtual ~Task() = default;
  // A signal has come; false: no handler, its default action follows. From the host's timers only.
  virtual bool take_signal(int signal) { return static_cast<void>(signal), false; }
};

// Called once, with the exit status, at any time from within start() on; the command may be destroyed only later.
using Done = std::function<void(int status)>;

class Command {
 public:
  virtual ~Command() = default;
  // Runs to the end and calls `done`, or returns what goes on. `io` and `machine` outlive the task.
  virtual std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const = 0;
  // It begins when its standard input has ended, as it looks at nothing before it knows all.
  virtual bool awaits_input() const { return false; }
};
using CommandPtr = std::shared_ptr<const Command>;

using CommandResultOrError = base::Result<CommandPtr, SyntaxError>;

// A command that takes no time: a function from what was parsed.
class InstantCommand final : public Command {
 public:
  using Body = std::function<int(Machine&, Io&)>;
  explicit InstantCommand(Body body, bool awaits_input = false) : body_(std::move(body)), awaits_input_(awaits_input) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override;
  bool awaits_input() const override { return awaits_input_; }

 private:
  Body body_;
  bool awaits_input_;
};
CommandPtr instant(InstantCommand::Body body);
// One that reads all of its standard input.
CommandPtr instant_reader(InstantCommand::Body body);

// The same output and status whatever the state of the machine; of arguments that the real tool does not take, say.
CommandPtr refusal(int status, std::string err, std::string out = {});

}  // namespace lvs::control
