// SPDX-License-Identifier: GPL-2.0-or-later
// What a command is: words parsed into a value once, run as often as wanted, in virtual time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/words/word.h"

namespace lvs::control {

class Machine;

// Standard streams of one running command.
struct Io {
  std::string_view in;  // everything that can be read
  std::string* out = nullptr;
  std::string* err = nullptr;
  bool to_file = false;  // standard output is a file: programs collect what they print

  void print(std::string_view text) { out->append(text); }
  void complain(std::string_view text) { err->append(text); }
};

// A command at work. Its destructor stops it wherever it is.
class Task {
 public:
  virtual ~Task() = default;
};

// Called once, with the exit status, at any time from within start() on; the command may be destroyed only later.
using Done = std::function<void(int status)>;

class Command {
 public:
  virtual ~Command() = default;
  // Runs to the end and calls `done`, or returns what goes on. `io` and `machine` outlive the task.
  virtual std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const = 0;
};
using CommandPtr = std::shared_ptr<const Command>;

using CommandResultOrError = base::Result<CommandPtr, SyntaxError>;

// A command that takes no time: a function from what was parsed.
class InstantCommand final : public Command {
 public:
  using Body = std::function<int(Machine&, Io&)>;
  explicit InstantCommand(Body body) : body_(std::move(body)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override;

 private:
  Body body_;
};
CommandPtr instant(InstantCommand::Body body);

// The same output and status whatever the state of the machine; of arguments that the real tool does not take, say.
CommandPtr refusal(int status, std::string err, std::string out = {});

}  // namespace lvs::control
