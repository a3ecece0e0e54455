// SPDX-License-Identifier: GPL-2.0-or-later
// What `set -x` prints of a command. Internal to the shell.
#pragma once

#include <string>
#include <vector>

#include "control/machine/shell/run.h"

namespace lvs::control {

// "+ A=1\n", "+ echo a b\n": with values, the words as they have become; dash quotes nothing, bash what it must.
std::string shown_command(const SimpleCommand& command, const std::vector<Word>& words, const ShellScope& scope);

}  // namespace lvs::control
