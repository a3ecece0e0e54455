// SPDX-License-Identifier: GPL-2.0-or-later
// Every point as often as it was asked for, side by side, and what was run already taken from a file.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sweep/report.h"

namespace lvs::scenarios {

struct RunAll {
  std::string program;
  std::string resume;  // file of runs, empty: none
  unsigned replications = 1;
  unsigned processes = 1;
  bool progress = false;  // on standard error
};

// Runs spec.run, spec.run + 1, ... of every point, and sums them up in the order of `specs`. Exit status: 0; 1 when a
// run failed, 2 for a file that cannot be used; a line on `err` says why.
int run_all(const RunAll& all, const std::vector<PointSpec>& specs, std::vector<SweepPoint>& points, std::ostream& err);

}  // namespace lvs::scenarios
