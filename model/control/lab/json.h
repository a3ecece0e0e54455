// SPDX-License-Identifier: GPL-2.0-or-later
// The commands of a run as JSON.
#pragma once

#include <string>
#include <string_view>

#include "control/lab/run.h"

namespace lvs::control {

// {"commands":[...]}: objects with time (seconds), host, command, status, stdout and stderr, one a line, in the order
// run.
std::string commands_json(const LabRun& run);

}  // namespace lvs::control
