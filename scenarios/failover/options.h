// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of lvs-failover, parsed once into values.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "failover/point.h"

namespace lvs::scenarios {

struct FailoverOptions {
  std::vector<double> advert_ints;  // seconds
  std::vector<bool> sync, preempt;
  unsigned runs = 5;
  FailoverSpec base;  // what all runs have in common
  std::string csv, plot;
  unsigned jobs = 0;  // processes at a time; 0: one a core
  bool quiet = false;
};

// Nothing when there is nothing to run: help was asked for (status 0), or the line is no good (status 2, and why on
// `err`).
std::optional<FailoverOptions> parse_failover_options(int argc, const char* const* argv, std::ostream& out,
                                                      std::ostream& err, int& status);

}  // namespace lvs::scenarios
