// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text as a value: what /bin/sh (dash) would run, with every command parsed already.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/command.h"

namespace lvs::control {

struct Redirection {
  enum class Kind : std::uint8_t { output, append, input, duplicate };
  Kind kind = Kind::output;
  int descriptor = 1;  // 0 to 2
  int source = 1;      // of duplicate: `descriptor` becomes a copy of this one
  std::string path;    // of the others
};

// A command with its redirections. Words with $? in them are made into a command when it runs.
struct SimpleCommand {
  std::vector<Word> words;                             // empty: redirections only
  std::vector<std::vector<std::size_t>> status_marks;  // a word each: where $? stands
  std::vector<Redirection> redirections;
  CommandPtr command;  // nullptr: words have $? in them, or there are none
};

// Commands joined by |.
using Pipeline = std::vector<SimpleCommand>;

struct ChainLink {
  enum class When : std::uint8_t { always, success, failure };  // first, &&, ||
  When when = When::always;
  Pipeline pipeline;
};

// Pipelines joined by && and ||.
struct Chain {
  std::vector<ChainLink> links;
  bool background = false;  // ended by &
};

struct ShellLine {
  std::string text;  // verbatim
  std::vector<Chain> chains;
};
using ShellLinePtr = std::shared_ptr<const ShellLine>;

// Everything that is not modelled is an error. A line without commands is a line.
base::Result<ShellLinePtr, SyntaxError> parse_line(std::string_view text);

}  // namespace lvs::control
