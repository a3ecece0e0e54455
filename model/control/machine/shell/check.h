// SPDX-License-Identifier: GPL-2.0-or-later
// Commands with variables in their words, looked at before anything runs. Internal to the shell.
#pragma once

#include <optional>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// The first command that is not modelled, as far as the values of its words can be foreseen (lists of for, texts
// assigned, seq), or the first variable that nothing sets: every line is a shell of its own.
std::optional<SyntaxError> check_words(const CommandList& commands);

}  // namespace lvs::control
