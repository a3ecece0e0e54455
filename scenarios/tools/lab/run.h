// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab run
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// `words` behind "run". Gives the program's status; throws Failure.
int run_lab(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
