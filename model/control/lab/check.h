// SPDX-License-Identifier: GPL-2.0-or-later
// The commands of a lab, parsed before anything runs.
#pragma once

#include <vector>

#include "control/lab/lab.h"

namespace lvs::control {

// One message for each line that is no sh text or names what is not modelled, in the order of the lab.
std::vector<LabMessage> check_commands(const Lab& lab);

}  // namespace lvs::control
