// SPDX-License-Identifier: GPL-2.0-or-later
// Words of sh text with their variables, substitutions and arithmetic put in. Internal to the shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// Where values come from.
class ShellValues {
 public:
  virtual ~ShellValues() = default;
  // Nothing: not known now.
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  // What the commands of a substitution printed.
  virtual std::optional<std::string> substitution(const WordPart& part) const = 0;
};

struct Expanded {
  bool known = true;  // all values were
  std::string error;  // of arithmetic, as dash says it; empty: none
  std::vector<Word> words;

  bool ok() const { return known && error.empty(); }
};

// Unquoted values are split at white space, as dash does with the usual IFS; a word may become several, or none.
Expanded expand(const std::vector<ShellWord>& words, const ShellValues& values);
// One text, never split: of assignments and file names.
Expanded expand_whole(const ShellWord& word, const ShellValues& values);

// "1 + i * 2" in 64 bits. Nothing: a value is not known; `error`: dash's words.
std::optional<std::string> evaluate(std::string_view expression, const ShellValues& values, std::string& error);

}  // namespace lvs::control
