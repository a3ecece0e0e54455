// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "control/programs/awk/value.h"

namespace lvs::control::awk {

// printf of awk. False: too few arguments, an unknown conversion, a width too large; `out` is then mawk's reason.
bool format_values(std::string_view format, std::span<const Value> arguments, std::string_view convfmt,
                   std::string& out);
// Is it one conversion of a number with what is plain around it, as CONVFMT has to be?
bool is_number_format(std::string_view format);

}  // namespace lvs::control::awk
