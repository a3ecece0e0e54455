// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a tool of coreutils: its options, its files, and what it says when they are wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

struct Operands {
  std::map<char, std::string> options;  // the last value of each
  std::vector<std::string> files;

  bool has(char option) const { return options.contains(option); }
  std::string value(char option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::string() : found->second;
  }
};

struct ToolWords {
  std::string_view name;
  std::string_view letters;  // as for getopt(3): those that are modelled
  std::string_view others;   // those that the tool has besides: refused by name
};

// The options and operands, or what the command comes to instead: the tool's own error, or a refusal by name.
struct ReadOperands {
  Operands operands;
  std::optional<CommandResultOrError> instead;
};
ReadOperands read_operands(const std::vector<Word>& words, const ToolWords& tool);
// A file that no command can name.
std::optional<SyntaxError> unmodelled_file(const std::vector<Word>& words, const Operands& operands);

// "Try 'mkdir --help' for more information.\n"
std::string try_help(std::string_view tool);
// What the tool says without its operands: "mkdir: missing operand" and the hint, status 1.
CommandPtr missing_operand(std::string_view tool, std::string_view what = "missing operand");

}  // namespace lvs::control
