// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-schedulers: every scheduler under every trial, beside what theory says where it says something.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sweep/report.h"
#include "sweep/schedulers/trials.h"

namespace lvs::scenarios {

struct TrialPoint {
  const Trial* trial = nullptr;
  SweepPoint point;
};

// A line of comparison with theory: mean time in the system in units of the mean service time, without what the network
// takes.
struct TheoryPoint {
  std::string what;
  double expected = 0;
  // The measured one is to be it, or not to be below it.
  bool bound = false;
  SweepPoint point;
};

void print_trials(std::ostream& out, const std::vector<TrialPoint>& points);
// `network`: seconds of a request that does not wait, without service.
void print_theory(std::ostream& out, const std::vector<TheoryPoint>& points, double network);
std::string trials_csv(const std::vector<TrialPoint>& points, unsigned replications);
std::string trials_figure(const std::vector<TrialPoint>& points, bool pdf);

int schedulers_main(int argc, const char* const* argv);

}  // namespace lvs::scenarios
