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

namespace lvs::control {

class Machine;

// One word of a line, quotes removed.
struct Word {
  std::string text;
  std::size_t column = 0;  // of its first character, from 1
};

// Something in a line that is not modelled, or no sh text at all.
struct SyntaxError {
  std::size_t column = 0;  // from 1
  std::string word;        // may be empty
  std::string reason;      // one line, without the word
  std::string known;       // what is known instead; may be empty

  std::string text() const;  // "column 6: 'foo': unknown option of ping; known: -c -i"
};

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

// The arguments of one command, taken from the front.
class Args {
 public:
  // `words`: the program's name first.
  explicit Args(const std::vector<Word>& words) : words_(words) {}

  const std::string& program() const { return words_.front().text; }
  bool empty() const { return next_ >= words_.size(); }
  // The next word; empty text when there is none.
  const std::string& peek() const { return empty() ? none_ : words_[next_].text; }
  const std::string& take() { return empty() ? none_ : words_[next_++].text; }
  // The word taken last.
  const std::string& last() const { return words_[next_ == 0 ? 0 : next_ - 1].text; }
  std::size_t left() const { return words_.size() - next_; }

  // About the word taken last.
  SyntaxError unknown(std::string reason, std::string known = {}) const;

 private:
  const std::vector<Word>& words_;
  std::size_t next_ = 1;
  inline static const std::string none_;
};

// Does `text` contain what can only be an IPv6 address or prefix?
bool looks_like_ipv6(std::string_view text);
SyntaxError ipv6_error(const Word& word);

}  // namespace lvs::control
