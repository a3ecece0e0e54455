// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that labs name, and the packages that they are in.
#pragma once

#include <span>
#include <string>

#include "control/lab/lab.h"

namespace lvs::referee {

// What has to be installed before these labs can run on Linux, for people: each program with its package and the
// command that installs them. Empty: all is there.
std::string missing_programs(std::span<const control::Lab> labs);

}  // namespace lvs::referee
