// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab ask: what a command prints on a host of a lab at a moment of its timeline.
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// [OPTION]... LAB HOST COMMAND...; gives the command's status. Throws Failure.
int ask_lab(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
