// SPDX-License-Identifier: GPL-2.0-or-later
// /proc/net/xt_recent: the addresses that -m recent has seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/files.h"

namespace lvs::control {

std::vector<std::string> recent_names(Machine& machine);
// Nothing: there is no such table.
std::optional<std::string> read_recent(Machine& machine, std::string_view name);
// "+ADDRESS", "-ADDRESS", "/".
FileError write_recent(Machine& machine, std::string_view name, std::string_view text);

}  // namespace lvs::control
