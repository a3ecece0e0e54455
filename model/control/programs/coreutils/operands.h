// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a tool of coreutils: its options, its files, and what it says when they are wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

struct Operands {
  std::vector<std::pair<char, std::string>> options;  // as they were given
  std::vector<std::string> files;

  bool has(char option) const;
  std::string value(char option) const;                // the last one
  std::vector<std::string> values(char option) const;  // each
  void set(char option) { options.emplace_back(option, ""); }
};

struct ToolWords {
  std::string_view name;
  std::string_view letters;  // as for getopt(3): those that are modelled
  std::string_view others;   // those that the tool has besides: refused by name
  // Its long options: "lines:n" has an argument, "in-place?i" may have one, "quiet=q" has none. Those with another
  // letter than the tool's own are refused by name.
  std::string_view longs = {};
  int misuse = 1;              // the status of an option that it does not have
  std::string_view hint = {};  // what is said behind that, where it is not try_help()
};

// The options and operands, or what the command comes to instead: the tool's own error, or a refusal by name.
struct ReadOperands {
  Operands operands;
  std::optional<CommandResultOrError> instead;
};
ReadOperands read_operands(const std::vector<Word>& words, const ToolWords& tool);
// A file that no command can name.
std::optional<SyntaxError> unmodelled_file(const std::vector<Word>& words, const Operands& operands);

// A file's name in a message: in quotes where the shell, or who reads it, would mistake it (gnulib: quotef()).
std::string quoted_name(std::string_view name);

// "Try 'mkdir --help' for more information.\n"
std::string try_help(std::string_view tool);
// What the tool says without its operands: "mkdir: missing operand" and the hint, status 1.
CommandPtr missing_operand(std::string_view tool, std::string_view what = "missing operand");

}  // namespace lvs::control
