// SPDX-License-Identifier: GPL-2.0-or-later
// `lvs-lab check`: what the diagnosis of labs has found, as text.
#pragma once

#include <span>

#include "common/run-watch.h"
#include "control/lab/script.h"

namespace lvs::scenarios {

// Prints one line a finding, or that there is none. Status 0: no findings in any lab; 1: findings. `limits` are those
// of each lab.
int check_labs(std::span<const control::LabScript> scripts, const RunLimits& limits);

}  // namespace lvs::scenarios
