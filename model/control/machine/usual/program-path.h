// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace lvs::control {

// Where a command that is a program lies: /usr/sbin or /usr/bin, as on Debian 12 with what labs use.
std::string program_path(std::string_view name);

}  // namespace lvs::control
