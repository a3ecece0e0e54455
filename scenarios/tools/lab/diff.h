// SPDX-License-Identifier: GPL-2.0-or-later
// Labs on both engines, compared.
#pragma once

#include <span>

#include "control/lab/lab.h"
#include "referee/kernel/linux-run.h"

namespace lvs::scenarios {

// Prints what differs, and what was compared. Status 0: no difference; 1: some, or not one frame was compared; 2: Linux
// did not run a lab, or none.
int diff_labs(std::span<const control::Lab> labs, const referee::LinuxOptions& options, bool all);

}  // namespace lvs::scenarios
