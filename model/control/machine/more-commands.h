// SPDX-License-Identifier: GPL-2.0-or-later
// Parsers of commands that few files need to know of: the rest of registry.h.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

CommandResultOrError parse_brctl(const std::vector<Word>& words);
CommandResultOrError parse_bridge(const std::vector<Word>& words);
CommandResultOrError parse_chkconfig(const std::vector<Word>& words);
CommandResultOrError parse_getenforce(const std::vector<Word>& words);
CommandResultOrError parse_logger(const std::vector<Word>& words);
CommandResultOrError parse_setenforce(const std::vector<Word>& words);
CommandResultOrError parse_sync(const std::vector<Word>& words);
CommandResultOrError parse_tc(const std::vector<Word>& words);
CommandResultOrError parse_update_rc(const std::vector<Word>& words);
CommandResultOrError parse_vconfig(const std::vector<Word>& words);

}  // namespace lvs::control
