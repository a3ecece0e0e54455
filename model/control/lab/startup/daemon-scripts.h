// SPDX-License-Identifier: GPL-2.0-or-later
// Commands that keepalived runs for a keepalived.conf of the lab's folder.
#pragma once

#include <vector>

#include "control/lab/lab.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

bool is_keepalived_conf(const LabFile& file);

// Those that are not modelled: keepalived would take them for programs that are not there. Files that the lab brings
// are looked through elsewhere, and what keepalived itself puts in (`$NAME`) is known to it alone.
std::vector<LabMessage> check_daemon_commands(const Lab& lab, const ScriptNames& scripts);

}  // namespace lvs::control
