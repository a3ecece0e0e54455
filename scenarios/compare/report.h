// SPDX-License-Identifier: GPL-2.0-or-later
// What was found, as tables, CSV, JSON and a figure.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/options.h"

namespace lvs::scenarios {

struct CompareMeasure {
  std::string_view name;
  double CompareResult::*value;
  int digits;
};
std::span<const CompareMeasure> compare_measures();

struct ComparePoint {
  std::string_view kind;  // "saturation", "common", "server dies", "rate"
  CompareSpec spec;       // of the first run
  CompareResult mean;     // over the runs
  CompareResult half;     // of the 95 % intervals; NaN where there is none
};
// The mean of the runs of a point.
ComparePoint summarize(std::string_view kind, const CompareSpec& spec, std::span<const CompareResult> runs);

struct Comparison {
  CompareOptions options;
  double common_rate = 0;  // requests a second that every way carries
  std::vector<ComparePoint> points;
  const ComparePoint* find(std::string_view kind, Way way) const;
};

void print_comparison(std::ostream& out, const Comparison& comparison);
std::string comparison_csv(const Comparison& comparison);
std::string comparison_json(const Comparison& comparison);
// Carried against offered, and the 99th percentile of the latency; SVG, or PDF.
std::string comparison_figure(const Comparison& comparison, bool pdf);

}  // namespace lvs::scenarios
