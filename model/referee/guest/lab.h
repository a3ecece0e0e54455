// SPDX-License-Identifier: GPL-2.0-or-later
// One lab inside the kernel: its topology, its startup lines, its timeline.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "control/lab/lab.h"
#include "referee/exchange.h"

namespace lvs::referee {

// Runs lab number `index` of the plan in namespaces of its own; leaves captures and outputs in kResultsFolder. Call it
// in a process that ends afterwards: the process changes its network namespace. What goes wrong is in the result.
// `begins` is told the number of each line that begins.
Results run_guest_lab(const Plan& plan, const std::string& run_folder, std::size_t index, const control::Lab& lab,
                      const std::function<void(std::size_t)>& begins);

}  // namespace lvs::referee
