// SPDX-License-Identifier: GPL-2.0-or-later
// What the failovers cost, as a table, as CSV and as a figure.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "failover/point.h"

namespace lvs::scenarios {

struct FailoverRun {
  FailoverSpec spec;
  FailoverResult result;
};

// One line for each interval, preemption and synchronisation: means over the runs, and the outage beside the formula.
void print_table(std::ostream& out, const std::vector<FailoverRun>& runs);
// One line a run.
std::string to_csv(const std::vector<FailoverRun>& runs);
// The outage against the interval with the formula's band; sessions that died, with the daemon and without.
std::string to_svg(const std::vector<FailoverRun>& runs);

}  // namespace lvs::scenarios
