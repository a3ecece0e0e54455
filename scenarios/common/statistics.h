// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of numbers that a simulation drew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lvs::scenarios {

// A mean over independent runs, and half the width of its 95 % confidence interval (Student). NaNs do not count: both
// are NaN where nothing is left, half is NaN for fewer than two.
struct Estimate {
  double mean = 0, half = 0;
  std::size_t runs = 0;
};
Estimate estimate(std::span<const double> runs);

// Jain's fairness index: 1 when all are the same, 1/n when one has everything. NaN for nothing.
double jain_index(std::span<const double> shares);

// MSER-5 (White 1997): how many of the first values to leave out, so that the mean of the rest is the surest. `found`
// is false where the least lies at the end of the first half: the series was too short, or never settles.
struct WarmUp {
  std::size_t values = 0;
  bool found = false;
};
WarmUp mser5(std::span<const double> values);

// Do the values grow? By Mann and Kendall at 1 %, and the last quarter is a tenth above the first. NaNs are left out.
bool grows(std::span<const double> values);

}  // namespace lvs::scenarios
