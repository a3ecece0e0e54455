// SPDX-License-Identifier: GPL-2.0-or-later
// What lvs-cluster says of a run.
#pragma once

#include <iosfwd>
#include <string>

#include "cluster/run.h"

namespace lvs::scenarios {

// The results; the same for any number of processes.
void print_cluster(std::ostream& out, const ClusterOptions& options, const ClusterResult& result);
std::string cluster_csv(const ClusterOptions& options, const ClusterResult& result);
// What each process spent.
void print_costs(std::ostream& out, const ClusterRun& run);

}  // namespace lvs::scenarios
