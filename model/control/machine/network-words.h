// SPDX-License-Identifier: GPL-2.0-or-later
// The commands of interfaces and modules, for the table of commands.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

CommandResultOrError parse_ethtool(const std::vector<Word>& words);
CommandResultOrError parse_ifdown(const std::vector<Word>& words);
CommandResultOrError parse_ifup(const std::vector<Word>& words);
CommandResultOrError parse_lsmod(const std::vector<Word>& words);

}  // namespace lvs::control
