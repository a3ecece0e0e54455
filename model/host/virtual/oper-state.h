// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

#include "host/env/device.h"

namespace lvs::host {

// "up", "down", "unknown", "lowerlayerdown": as /sys/class/net/NAME/operstate has it (RFC 2863).
std::string_view oper_state_of(const Device& dev);

}  // namespace lvs::host
