// SPDX-License-Identifier: GPL-2.0-or-later
// The table of `route` and of `netstat -r`.
#pragma once

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

enum class RouteList : std::uint8_t { route, netstat };
int list_routes(Machine& machine, Io& io, bool numeric, RouteList form);

}  // namespace lvs::control
