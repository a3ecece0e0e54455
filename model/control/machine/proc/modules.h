// SPDX-License-Identifier: GPL-2.0-or-later
// Modules of the kernel that the machine has in memory: those of what is in use, and those that somebody has asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/files.h"

namespace lvs::control {

class Machine;

// Those that modprobe was asked for.
std::set<std::string> asked_modules(Machine& machine);
void ask_modules(Machine& machine, const std::set<std::string>& names);
// As modprobe loads them, with what they need; `words` are parameters of ip_vs, behind those of /etc/modprobe.d. They
// count where ip_vs comes into memory by this. False: the kernel does not take them.
bool load_modules(Machine& machine, const std::vector<std::string>& names, std::string_view words = {});
// As rmmod does: it alone.
void remove_module(Machine& machine, const std::string& name);
// As modprobe -r does: what it needs goes with it, if nobody else does.
void unload_module(Machine& machine, const std::string& name);
// Of the table of connections that ipvsadm shows.
unsigned ip_vs_table_size(Machine& machine);

struct ModuleInUse {
  std::string name;
  unsigned size = 0, users = 0;
  std::vector<std::string> holders;  // the newest first
};
// The newest first, as /proc/modules has them.
std::vector<ModuleInUse> modules_in_use(Machine& machine);

const ModuleInUse* find_module(const std::vector<ModuleInUse>& all, std::string_view name);

// /proc/modules, and what /sys/module tells.
bool is_module_file(std::string_view path);
Files::Content read_module_file(Machine& machine, std::string_view path);

}  // namespace lvs::control
