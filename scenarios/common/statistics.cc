// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/statistics.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace lvs::scenarios {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::vector<double> numbers_of(std::span<const double> values) {
  std::vector<double> numbers;
  for (const double value : values) {
    if (!std::isnan(value)) numbers.push_back(value);
  }
  return numbers;
}

}  // namespace

Estimate estimate(std::span<const double> runs) {
  const std::vector<double> values = numbers_of(runs);
  const std::size_t n = values.size();
  if (n == 0) return {kNaN, kNaN, 0};
  const double mean = mean_of(values);
  if (n == 1) return {mean, kNaN, 1};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const boost::math::students_t_distribution<double> student(static_cast<double>(n - 1));
  const double error = std::sqrt(squares / static_cast<double>(n - 1) / static_cast<double>(n));
  return {mean, boost::math::quantile(student, 0.975) * error, n};
}

double jain_index(std::span<const double> shares) {
  double sum = 0, squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return squares == 0 ? kNaN : sum * sum / (static_cast<double>(shares.size()) * squares);
}

WarmUp mser5(std::span<const double> values) {
  constexpr std::size_t kBatch = 5;
  std::vector<double> batches;
  for (std::size_t i = 0; i + kBatch <= values.size(); i += kBatch)
    batches.push_back(mean_of(values.subspan(i, kBatch)));
  const std::size_t n = batches.size();
  if (n < 10) return {};
  // From the back: sums of what is left after leaving out d batches.
  double sum = 0, squares = 0;
  double best = std::numeric_limits<double>::infinity();
  std::size_t at = 0;
  const double shift = mean_of(batches);  // against cancellation
  for (std::size_t d = n; d-- > 0;) {
    const double value = batches[d] - shift;
    sum += value;
    squares += value * value;
    if (d > n / 2) continue;
    const auto left = static_cast<double>(n - d);
    const double score = std::max(squares - sum * sum / left, 0.0) / (left * left);
    if (score <= best) {
      best = score;
      at = d;
    }
  }
  return {at * kBatch, at < n / 2};
}

bool grows(std::span<const double> all) {
  const std::vector<double> values = numbers_of(all);
  const std::size_t n = values.size();
  if (n < 8) return false;
  int score = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = i + 1; k < n; ++k) score += (values[k] > values[i]) - (values[k] < values[i]);
  }
  const auto m = static_cast<double>(n);
  const double z = (score - 1) / std::sqrt(m * (m - 1) * (2 * m + 5) / 18);
  const std::span<const double> view(values);
  return z > 2.326 && mean_of(view.last(n / 4)) > 1.1 * mean_of(view.first(n / 4));
}

}  // namespace lvs::scenarios
