// SPDX-License-Identifier: GPL-2.0-or-later
// The columns of a sweep's rows: everything a point depends on, and everything that was measured.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/point.h"

namespace lvs::scenarios {

struct Measure {
  std::string_view name;
  double PointResult::*value;
  int digits;  // behind the point
};
std::span<const Measure> measures();

struct Parameter {
  std::string_view name;
  std::string value;
  bool quoted;  // in JSON
};
std::vector<Parameter> parameters(const PointSpec& spec);

// What identifies a run: all of its parameters in one line.
std::string key_of(const PointSpec& spec);

// A result as one line of text, and back; false for another text.
std::string to_line(const PointResult& result);
bool from_line(std::string_view line, PointResult& result);

// The mean of runs of one point, and half the widths of the 95 % intervals, NaN where there is none.
struct Summary {
  PointResult mean, half;
};
Summary summarize(std::span<const PointResult> runs);

}  // namespace lvs::scenarios
