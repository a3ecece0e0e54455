// SPDX-License-Identifier: GPL-2.0-or-later
// seq (coreutils) with whole numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

// What `seq ARGUMENT...` prints (the program's name first); nothing if it takes them in no way that is modelled.
std::optional<std::string> seq_text(const std::vector<Word>& words);

}  // namespace lvs::control
