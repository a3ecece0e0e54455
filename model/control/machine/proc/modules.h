// SPDX-License-Identifier: GPL-2.0-or-later
// Modules of the kernel that the machine has in memory: those of what is in use, and those that somebody has asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

class Machine;

// Those that modprobe was asked for.
std::set<std::string> asked_modules(Machine& machine);
void ask_modules(Machine& machine, const std::set<std::string>& names);

struct ModuleInUse {
  std::string name;
  unsigned size = 0, users = 0;
  std::vector<std::string> holders;  // the newest first
};
// The newest first, as /proc/modules has them.
std::vector<ModuleInUse> modules_in_use(Machine& machine);

// Kernel: m_show().
std::string proc_modules(Machine& machine);

}  // namespace lvs::control
