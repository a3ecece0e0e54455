// SPDX-License-Identifier: GPL-2.0-or-later
// Services that lines of a lab name and neither the model nor the lab knows.
#pragma once

#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {

// The first of these commands, which are those of `text`. A lab brings a service where any of its texts names its
// script in an init.d folder or its unit.
std::optional<ScriptError> find_unknown_service(const Lab& lab, const CommandList& commands, const std::string& text);

}  // namespace lvs::control
