// SPDX-License-Identifier: GPL-2.0-or-later
// Words of sh text with their variables, substitutions and arithmetic put in. Internal to the shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// Where values come from. Nothing: not known now.
class ShellValues {
 public:
  virtual ~ShellValues() = default;
  // Empty if it is not set. Also "?", "#", "$", "!", "0", "1" ...
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  virtual std::optional<bool> is_set(const std::string& name) const = 0;
  // set -u: a value that is not set is a mistake.
  virtual bool wants_variables() const { return false; }
  virtual bool is_bash() const { return false; }
  // shopt -s nullglob: a pattern that names no file is no word.
  virtual bool drops_patterns() const { return false; }
  // What the commands of a substitution printed.
  virtual std::optional<std::string> substitution(const WordPart& part) const = 0;
  // $@; nullptr: not known.
  virtual const std::vector<std::string>* arguments() const = 0;
  virtual void assign(const std::string& name, const std::string& value) const = 0;
  // Those that a pattern names.
  virtual std::vector<std::string> files(std::string_view pattern) const = 0;
};

struct Expanded {
  bool known = true;    // all values were
  std::string error;    // of arithmetic or ${NAME?}, as the shell says it; empty: none
  bool demand = false;  // it is that a variable is not set
  std::vector<Word> words;
  std::size_t size = 0;  // bytes of all of them

  bool ok() const { return known && error.empty(); }
};

// Unquoted values are split at white space, as dash does with the usual IFS, and patterns become names of files; a word
// may become several, or none.
Expanded expand(const std::vector<ShellWord>& words, const ShellValues& values);
// One text, never split: of assignments and file names.
Expanded expand_whole(const ShellWord& word, const ShellValues& values);
// The same as a pattern: what is quoted has backslashes.
Expanded expand_pattern(const ShellWord& word, const ShellValues& values);
// The same as an extended regular expression.
Expanded expand_expression(const ShellWord& word, const ShellValues& values);

// $@, $*, NAME[@], NAME[*]
bool is_list(std::string_view name);
// !NAME or !NAME[I], of ${!NAME}: the variable whose name is in that one.
bool is_indirect(std::string_view name);
std::optional<std::string> named_by(const ShellValues& values, const std::string& reference);

// IFS
std::string separators_of(const ShellValues& values);

// Will ${NAME-WORD} and its sisters look at their WORD? Nothing: not known now.
std::optional<bool> uses_word(const WordPart& part, const ShellValues& values);

// "1 + i * 2" in 64 bits. Nothing: a value is not known; `error`: the shell's words. In arithmetic.cc.
std::optional<std::string> evaluate(std::string_view expression, const ShellValues& values, std::string& error);
// Such an error is that bash, with set -u, misses a variable.
bool is_unbound(std::string_view error);

}  // namespace lvs::control
