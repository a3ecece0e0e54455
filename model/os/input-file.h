// SPDX-License-Identifier: GPL-2.0-or-later
// A file of text that somebody named on the command line.
#pragma once

#include <string>

#include "base/result.h"

namespace lvs::os {

// All of it, or why not: it is not there, a folder, or has more than 64 MiB, as devices that never end have.
base::Result<std::string, std::string> read_input(const std::string& name);

}  // namespace lvs::os
