// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of lvs-compare, parsed once into values.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "compare/point.h"

namespace lvs::scenarios {

struct CompareOptions {
  std::vector<Way> ways;
  std::vector<double> rates;  // requests a second; empty: chosen when the ceilings are known
  unsigned replications = 1;
  CompareSpec base;  // everything else
  std::string preset;
  std::string csv, json, plot;  // files, empty: none
  unsigned jobs = 0;            // processes, 0: one a core
  bool quiet = false;
};

// Nothing when there is nothing to run: help was asked for (status 0), or the line is no good (status 2, and why on
// `err`).
std::optional<CompareOptions> parse_compare_options(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err, int& status);

}  // namespace lvs::scenarios
