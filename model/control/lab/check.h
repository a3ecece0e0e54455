// SPDX-License-Identifier: GPL-2.0-or-later
// The commands of a lab, parsed before anything runs.
#pragma once

#include <vector>

#include "control/lab/lab.h"

namespace lvs::control {

// What parse_script() says is wrong; empty: the lab can run.
std::vector<LabMessage> check_commands(const Lab& lab);

}  // namespace lvs::control
