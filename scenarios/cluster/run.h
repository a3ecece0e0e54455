// SPDX-License-Identifier: GPL-2.0-or-later
// The run of lvs-cluster, and what it gives.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/options.h"
#include "cluster/ranks.h"
#include "ns3/lvs-load-stats.h"

namespace lvs::scenarios {

// Of all processes together, at the first.
struct ClusterResult {
  ns3::LvsLoadCounters clients, servers;
  ns3::LvsLoadHistogram latency;
  double fairness = 0;                                  // Jain's index of the requests that servers got
  std::uint64_t least_requests = 0, most_requests = 0;  // of a server
  std::uint64_t director_drops = 0;
  std::uint64_t digest = 0;  // of what each client and each server counted
};

// What one process spent.
struct ClusterCost {
  double machines = 0;  // on this process
  double build_seconds = 0, run_seconds = 0, waited_seconds = 0, wall_seconds = 0;
  double megabytes = 0;
  double frames = 0;                                     // that came in at a NIC here
  double frames_sent = 0, messages = 0, bytes_sent = 0;  // to other processes
};

struct ClusterRun {
  ClusterResult result;
  std::vector<ClusterCost> costs;  // of each process, at the first
};

ClusterRun run_cluster(const ClusterOptions& options, const Ranks& ranks);

}  // namespace lvs::scenarios
