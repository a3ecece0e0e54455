// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/parallel.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/runs.h"

namespace lvs::scenarios {
ParallelOutcome run_points(
    const std::vector<PointSpec>& specs, unsigned processes,
    const std::function<void(std::size_t done, std::size_t index, const PointResult& result)>& progress) {
  RunPlan<PointResult> plan;
  plan.processes = processes;
  plan.progress = progress;
  plan.run = [&](std::size_t job) { return run_point(specs[job]); };
  plan.name = [&](std::size_t job) {
    return fmt::format("the point {} with {} servers", name_of(specs[job].method), specs[job].servers);
  };
  // The heaviest first, so that the last ones to end are short.
  for (std::size_t i = 0; i < specs.size(); ++i) plan.order.push_back(i);
  std::ranges::stable_sort(plan.order, std::greater<>{},
                           [&](std::size_t i) { return specs[i].servers * specs[i].server_rate; });
  RunOutcome<PointResult> run = run_all(plan);
  return {std::move(run.results), std::move(run.error)};
}

}  // namespace lvs::scenarios
