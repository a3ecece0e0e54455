// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "common/runs.h"

namespace lvs::scenarios {
namespace {

// Seconds of CPU time, about, from what is offered; the least is what a cluster takes to be built. What writes files or
// sets ns-3's defaults stays alone.
double cost_of(const PointSpec& spec) {
  if (spec.trace_fd >= 0 || !spec.pcap_prefix.empty() || !spec.attributes.empty())
    return std::numeric_limits<double>::infinity();
  constexpr double kPacket = 2e-6, kMachine = 50e-6;
  const double requests = spec.servers * spec.server_rate / exchange_bytes(spec);
  const double seconds = std::chrono::duration<double>(spec.warm_up + spec.duration).count();
  const double packets = requests * seconds * (request_packets(spec) + reply_packets(spec));
  return (packets * kPacket + (spec.servers + spec.clients + spec.directors) * kMachine) * (spec.find_warm_up ? 2 : 1);
}

}  // namespace

ParallelOutcome run_points(
    const std::vector<PointSpec>& specs, unsigned processes,
    const std::function<void(std::size_t done, std::size_t index, const PointResult& result)>& progress) {
  RunPlan<PointResult> plan;
  plan.processes = processes;
  plan.progress = progress;
  plan.run = [&](std::size_t job) { return run_point(specs[job]); };
  plan.cost = [&](std::size_t job) { return cost_of(specs[job]); };
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
