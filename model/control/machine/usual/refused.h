// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace lvs::control {

// What to do in place of a well-known command that is not modelled; empty: nothing is known of it.
std::string_view instead_of(std::string_view command);

}  // namespace lvs::control
