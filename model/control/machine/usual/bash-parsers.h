// SPDX-License-Identifier: GPL-2.0-or-later
// Parsers of what bash alone has built in so, for their table (registry.cc), beside those of parsers.h.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

CommandResultOrError parse_bash_kill(const std::vector<Word>& words);

}  // namespace lvs::control
