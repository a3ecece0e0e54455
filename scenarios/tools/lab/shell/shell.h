// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab shell: a prompt on the hosts of a lab, in virtual time.
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// Status 0, or 2 where the lab cannot run. Throws Failure.
int shell(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
