// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "control/machine/command.h"
#include "control/words/word.h"

namespace lvs::nginx {

control::CommandResultOrError parse_nginx(const std::vector<control::Word>& words);

}  // namespace lvs::nginx
