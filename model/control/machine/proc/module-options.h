// SPDX-License-Identifier: GPL-2.0-or-later
// Parameters of ip_vs, from when it comes into memory until it goes. Internal to modules.
#pragma once

namespace lvs::control {

class Machine;

void forget_ip_vs(Machine& machine);

}  // namespace lvs::control
