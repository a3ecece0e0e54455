// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "control/programs/awk/program.h"

namespace lvs::control::awk {

// Fills `program`; what is wrong or not modelled with it otherwise, as a text without a newline. `program` may have
// variables already.
std::string parse_program(std::string_view text, Program& program);

}  // namespace lvs::control::awk
