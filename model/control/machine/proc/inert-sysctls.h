// SPDX-License-Identifier: GPL-2.0-or-later
// Keys of /proc/sys that set-ups write and read and that nothing here looks at: they keep what was written, within the
// kernel's bounds. docs/commands.md names those that would change what is seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/files.h"

namespace lvs::control {

// `path` as in proc-sys.h. A folder is one of theirs, too ("kernel").
bool is_inert_sysctl(std::string_view path);
// Linux 6.1 has nothing of that name below net/ipv4 but what is modelled and what is kept: of older versions, of newer
// ones, or with a mistake in it.
bool is_absent_sysctl(std::string_view path);

Files::Content read_inert_sysctl(Machine& machine, std::string_view path);
FileError write_inert_sysctl(Machine& machine, std::string_view path, std::string_view text);

// All of them; those of interfaces for `names`.
std::vector<std::string> inert_sysctls(const std::vector<std::string>& names);

// Those that only a machine has and no network namespace of one, with what they hold: the referee's hosts, which are
// namespaces, get a file for each.
struct MachineSysctl {
  std::string_view path, value;
};
std::vector<MachineSysctl> machine_sysctls();

}  // namespace lvs::control
