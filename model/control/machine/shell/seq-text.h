// SPDX-License-Identifier: GPL-2.0-or-later
// seq (coreutils): the one command whose output is known before it runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/words/word.h"

namespace lvs::control {

struct SeqOutput {
  std::string text;
  std::string refused;  // why it prints nothing and fails, as seq says it
};

// A number of digits with a point at most: exponents and the like are not modelled.
bool is_seq_number(const std::string& text);

// What `seq ARGUMENT...` prints (the program's name first); nothing if it takes them in no way that is modelled.
std::optional<SeqOutput> seq_output(const std::vector<Word>& words);

}  // namespace lvs::control
