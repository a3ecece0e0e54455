// SPDX-License-Identifier: GPL-2.0-or-later
// Names that /etc/iproute2/rt_tables of a machine gives to routing tables (iproute2 lib/rt_names.c).
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control::ip {

using IpParser = CommandResultOrError (*)(const std::vector<Word>& words);

// `parsed` is what `parse` makes of the words; where the machine has names of its own it is made anew when it runs,
// with numbers in their place, and what it prints has the names.
CommandPtr with_table_names(const std::vector<Word>& words, CommandPtr parsed, IpParser parse);

}  // namespace lvs::control::ip
