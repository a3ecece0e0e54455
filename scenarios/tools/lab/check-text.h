// SPDX-License-Identifier: GPL-2.0-or-later
// `lvs-lab check`: what the diagnosis of labs has found, as text.
#pragma once

#include <span>

#include "common/run-watch.h"
#include "control/lab/script.h"

namespace lvs::scenarios {

// Prints one line a finding, or that there is none. Status 0: no findings in any lab; 1: findings. `limits` are those
// of each lab. In Chinese the mistake is told by its rule; how it was seen is in the walk.
int check_labs(std::span<const control::LabScript> scripts, const RunLimits& limits, bool chinese);

// `lvs-lab check --rules`.
void print_rules(bool chinese);

}  // namespace lvs::scenarios
