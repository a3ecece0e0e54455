// SPDX-License-Identifier: GPL-2.0-or-later
// What the programs of iputils have in common: how they read numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/machine/command.h"

namespace lvs::control {

// strtol_or_err(): the number, or `refused` in the program's words.
std::optional<long> iputils_number(std::string_view program, const std::string& text, long least, long most,
                                   CommandPtr& refused);

}  // namespace lvs::control
