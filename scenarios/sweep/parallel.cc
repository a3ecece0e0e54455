// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/processes.h"

namespace lvs::scenarios {
namespace {

static_assert(std::is_trivially_copyable_v<PointResult>, "results cross a pipe as they are");

PointResult result_of(const std::string& bytes) {
  PointResult result;
  if (bytes.size() == sizeof result) std::memcpy(&result, bytes.data(), sizeof result);
  return result;
}

}  // namespace

ParallelOutcome run_points(
    const std::vector<PointSpec>& specs, unsigned processes,
    const std::function<void(std::size_t done, std::size_t index, const PointResult& result)>& progress) {
  ProcessPlan plan;
  plan.processes = processes;
  plan.size = sizeof(PointResult);
  plan.progress = [&](std::size_t done, std::size_t job, const std::string& bytes) {
    progress(done, job, result_of(bytes));
  };
  plan.run = [&](std::size_t job) {
    const PointResult result = run_point(specs[job]);
    return std::string(reinterpret_cast<const char*>(&result), sizeof result);
  };
  plan.name = [&](std::size_t job) {
    return fmt::format("the point {} with {} servers", name_of(specs[job].method), specs[job].servers);
  };
  // The heaviest first, so that the last ones to end are short.
  for (std::size_t i = 0; i < specs.size(); ++i) plan.order.push_back(i);
  std::ranges::stable_sort(plan.order, std::greater<>{},
                           [&](std::size_t i) { return specs[i].servers * specs[i].server_rate; });
  ProcessOutcome run = run_in_processes(plan);
  ParallelOutcome outcome{{}, std::move(run.error)};
  for (const std::string& bytes : run.results) outcome.results.push_back(result_of(bytes));
  return outcome;
}

}  // namespace lvs::scenarios
