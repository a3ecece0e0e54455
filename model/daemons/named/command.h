// SPDX-License-Identifier: GPL-2.0-or-later
// The commands named, named-checkconf and named-checkzone of a modelled machine.
#pragma once

#include <vector>

#include "control/machine/command.h"
#include "control/words/word.h"

namespace lvs::named {

control::CommandResultOrError parse_named(const std::vector<control::Word>& words);
control::CommandResultOrError parse_checkconf(const std::vector<control::Word>& words);
control::CommandResultOrError parse_checkzone(const std::vector<control::Word>& words);

}  // namespace lvs::named
