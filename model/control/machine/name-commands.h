// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that ask name servers.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

CommandResultOrError parse_dig(const std::vector<Word>& words);
CommandResultOrError parse_getent(const std::vector<Word>& words);
CommandResultOrError parse_host(const std::vector<Word>& words);

}  // namespace lvs::control
