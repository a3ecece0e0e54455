// SPDX-License-Identifier: GPL-2.0-or-later
// The smallest lab that still shows what a larger one shows.
#pragma once

#include <functional>
#include <vector>

#include "control/lab/lab.h"

namespace lvs::referee {

// Which of these labs still show it. Each call costs a boot of the kernel, so labs are asked about many at a time.
using LabTrial = std::function<std::vector<bool>(const std::vector<control::Lab>&)>;

// Leaves out hosts, timeline lines and startup lines, in ever smaller groups, as long as the trial says yes, and stops
// after `trials` calls. Gives `lab` itself if nothing can be left out.
control::Lab shrink(const control::Lab& lab, const LabTrial& trial, unsigned trials);

}  // namespace lvs::referee
