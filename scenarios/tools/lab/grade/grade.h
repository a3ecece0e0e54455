// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab grade: the checks of exercises, with points.
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// Status 0: full points everywhere; 1: not; 2: a lab could not be graded. Throws Failure where the command line or the
// exercise is wrong.
int grade(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
