// SPDX-License-Identifier: GPL-2.0-or-later
// Words before a command that change how it runs: sudo, nohup, env, nice, timeout, exec. Internal to the shell.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "control/machine/signals.h"
#include "control/words/word.h"

namespace lvs::control {

struct CommandPrefix {
  std::size_t words = 0;  // that it takes
  std::optional<base::Time> timeout;
  int timeout_signal = kSigTerm;
  std::vector<std::pair<std::string, std::string>> variables;  // of env
  std::optional<SyntaxError> error;
  std::string complaint;  // of the tool itself, status 125
  bool replaces = false;  // exec: nothing of the shell comes behind the command
};
CommandPrefix read_prefix(const std::vector<Word>& words);
bool is_prefix(const std::string& word);

}  // namespace lvs::control
