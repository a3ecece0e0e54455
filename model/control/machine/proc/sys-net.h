// SPDX-License-Identifier: GPL-2.0-or-later
// Files of /sys/class/net: what scripts read of an interface, and of a bond.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/files.h"

namespace lvs::control {

// `path` behind /sys/class/net/: "eth0/address". What is wrong with it, if it is not modelled.
std::optional<std::string> unmodelled_sys_net(std::string_view path);
Files::Content read_sys_net(Machine& machine, std::string_view path);

}  // namespace lvs::control
