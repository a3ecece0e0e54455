// SPDX-License-Identifier: GPL-2.0-or-later
// Points side by side: one process a core, each point in a process of its own or, where they are short, a few in one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sweep/point.h"

namespace lvs::scenarios {

// Runs every point and gives the results in the order of `specs`. `progress` is called with the number done, and a
// point's index and result once they are known. A point whose process dies is an error: its text is given instead, and
// nothing else.
struct ParallelOutcome {
  std::vector<PointResult> results;
  std::string error;
};
ParallelOutcome run_points(
    const std::vector<PointSpec>& specs, unsigned processes,
    const std::function<void(std::size_t done, std::size_t index, const PointResult& result)>& progress);

}  // namespace lvs::scenarios
