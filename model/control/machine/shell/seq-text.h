// SPDX-License-Identifier: GPL-2.0-or-later
// seq (coreutils) with whole numbers: the one command whose output is known before it runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/words/word.h"

namespace lvs::control {

// An operand that is modelled; nothing: none.
std::optional<std::int64_t> seq_number(const std::string& text);

// What `seq ARGUMENT...` prints (the program's name first); nothing if it takes them in no way that is modelled.
std::optional<std::string> seq_text(const std::vector<Word>& words);

}  // namespace lvs::control
