// SPDX-License-Identifier: GPL-2.0-or-later
// Processes that a command names by their names.
#pragma once

#include <string>
#include <vector>

#include "control/machine/machine.h"

namespace lvs::control {

// "keepalived -D": arguments with blanks between them, or the name in brackets if there are none.
std::string command_line(const Process& process);
// Exactly that name (comm); of names longer than a comm the first argument decides. Not `except`.
std::vector<Process*> processes_named(Machine& machine, std::string_view name, Pid except);

}  // namespace lvs::control
