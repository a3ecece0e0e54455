// SPDX-License-Identifier: GPL-2.0-or-later
// {1..5} and {a,b} of bash. Internal to the shell.
#pragma once

#include <optional>
#include <vector>

#include "control/machine/shell/shell.h"

namespace lvs::control {

// The words that a word with braces stands for; itself where there are none. Nothing: more than are modelled.
std::optional<std::vector<ShellWord>> expand_braces(const ShellWord& word);

}  // namespace lvs::control
