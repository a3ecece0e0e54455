// SPDX-License-Identifier: GPL-2.0-or-later
// tail -f and -F at work. Internal to tail.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

// What is added to the files from now on, until the command is ended. `status`: of what has been said before; `retry`:
// of -F, which waits for files that are not there.
std::unique_ptr<Task> follow_files(Machine& machine, Io& io, Done done, const std::vector<std::string>& files,
                                   bool retry, int status);

}  // namespace lvs::control
