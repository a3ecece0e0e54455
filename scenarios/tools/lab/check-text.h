// SPDX-License-Identifier: GPL-2.0-or-later
// `lvs-lab check`: what the diagnosis of labs has found, as text.
#pragma once

#include <span>
#include <string>

#include "common/run-watch.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/script.h"
#include "tools/trace/html/embedded.h"

namespace lvs::scenarios {

// The mistake in a line, told by its rule, when it shows, and the cure; how it was seen is in the walk.
std::string in_chinese(const control::LabFinding& finding, const Chinese& chinese);

// Prints one line a finding, or that there is none. Status 0: no findings in any lab; 1: findings. `limits` are those
// of each lab.
int check_labs(std::span<const control::LabScript> scripts, const RunLimits& limits, bool chinese);

// `lvs-lab check --rules`.
void print_rules(bool chinese);

}  // namespace lvs::scenarios
