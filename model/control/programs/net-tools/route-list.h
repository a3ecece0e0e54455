// SPDX-License-Identifier: GPL-2.0-or-later
// The table of `route` and of `netstat -r`.
#pragma once

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

// Columns: Metric Ref Use, as `route` has them; MSS Window irtt, as `netstat -r`; all of them. -e of either asks for
// the other's, -ee for all.
enum class RouteList : std::uint8_t { metrics, sizes, all };
int list_routes(Machine& machine, Io& io, bool numeric, RouteList form);

}  // namespace lvs::control
