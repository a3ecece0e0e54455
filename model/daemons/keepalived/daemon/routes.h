// SPDX-License-Identifier: GPL-2.0-or-later
// Routes of a keepalived.conf in the machine's tables.
#pragma once

#include "control/machine/machine.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

// Adds a route, or takes it away. 0, or the kernel's reason by its number: ENETUNREACH.
int change_route(control::Machine& machine, control::Pid pid, const ConfRoute& route, bool add);

}  // namespace lvs::keepalived
