// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab course: the shipped labs and exercises as a small site for browsers, without a network.
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// --out DIR [LAB...]; status 0, or 1 where some lab has no walk to show. Throws Failure.
int course(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
