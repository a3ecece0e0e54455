// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that labs name, and the packages that they are in.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "control/lab/lab.h"

namespace lvs::referee {

// Whether a program is installed, by its name.
using Installed = std::function<bool(const std::string&)>;

// What has to be installed before these labs can run on Linux, for people: each program with its package and the
// command that installs them. Empty: all is there.
std::string missing_programs(std::span<const control::Lab> labs, const Installed& installed);
std::string missing_programs(std::span<const control::Lab> labs);  // on this machine

}  // namespace lvs::referee
