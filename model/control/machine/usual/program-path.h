// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace lvs::control {

// Where a command that is a program lies: /usr/sbin or /usr/bin, as on Debian 12 with what labs use.
std::string program_path(std::string_view name);
// Does a path lie in a folder of programs and have the name of one that is modelled? Is it there, by any name of the
// folder?
bool names_program(std::string_view path);
bool is_program_path(std::string_view path);

}  // namespace lvs::control
