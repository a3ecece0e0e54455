// SPDX-License-Identifier: GPL-2.0-or-later
// What is said of numbers that were drawn.
#include "common/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/rng.h"
#include "sweep/fields.h"
#include "sweep/schedulers/theory.h"

namespace lvs::scenarios {
namespace {

TEST(Statistics, IntervalsAreStudents) {
  // t(0.975, 4) = 2.7764: tables. Standard deviation of 1..5: sqrt(2.5).
  const std::vector<double> values{1, 2, 3, 4, 5};
  const Estimate found = estimate(values);
  EXPECT_DOUBLE_EQ(found.mean, 3);
  EXPECT_NEAR(found.half, 2.7764 * std::sqrt(2.5 / 5), 1e-4);
  EXPECT_TRUE(std::isnan(estimate(std::vector<double>{4}).half));
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(estimate(std::vector<double>{nothing}).mean));
  EXPECT_DOUBLE_EQ(estimate(std::vector<double>{nothing, 4}).mean, 4);
}

TEST(Statistics, NineteenOfTwentyIntervalsHoldTheMean) {
  base::Rng rng(1);
  int held = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double> values(6);
    for (double& value : values) value = -std::log1p(-rng.real()) - std::log1p(-rng.real()) + rng.real();
    const Estimate found = estimate(values);
    held += std::abs(found.mean - 2.5) <= found.half;
  }
  EXPECT_NEAR(held / 2000.0, 0.95, 0.025);
}

TEST(Statistics, JainsIndex) {
  EXPECT_DOUBLE_EQ(jain_index(std::vector<double>{2, 2, 2, 2}), 1);
  EXPECT_DOUBLE_EQ(jain_index(std::vector<double>{1, 0, 0, 0}), 0.25);
  EXPECT_TRUE(std::isnan(jain_index(std::vector<double>{0, 0})));
}

TEST(Statistics, Mser5FindsWhereASeriesSettles) {
  base::Rng rng(4);
  std::vector<double> values;
  for (int i = 0; i < 4000; ++i) values.push_back(rng.real() + (i < 500 ? 3 * (500 - i) / 500.0 : 0));
  const WarmUp found = mser5(values);
  EXPECT_TRUE(found.found);
  EXPECT_GT(found.values, 300u);
  EXPECT_LT(found.values, 700u);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  EXPECT_FALSE(mser5(values).found);
}

TEST(Statistics, GrowthIsToldFromNoise) {
  base::Rng rng(9);
  int told = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<double> noise(20), trend(20);
    for (int i = 0; i < 20; ++i) {
      noise[static_cast<std::size_t>(i)] = 1 + rng.real();
      trend[static_cast<std::size_t>(i)] = 1 + rng.real() + 0.2 * i;
    }
    told += grows(noise);
    EXPECT_TRUE(grows(trend));
  }
  EXPECT_LT(told, 12);
}

// Of tables: Erlang C for 4 servers at 0.8 is 0.5964; two choices at 0.9 take 2.6141 (Mitzenmacher 2001, infinite).
TEST(Theory, KnownValues) {
  EXPECT_DOUBLE_EQ(mm1(0.8), 5);
  EXPECT_DOUBLE_EQ(md1(0.8), 3);
  EXPECT_NEAR(mmn(0.8, 4), 1 + 0.5964 / (4 * 0.2), 1e-3);
  EXPECT_NEAR(mmn(0.8, 1), 5, 1e-12);
  EXPECT_NEAR(enm1(0.8, 1), 5, 1e-6);
  EXPECT_NEAR(enm1(0.8, 1000), 2.693, 0.01);  // D/M/1
  EXPECT_NEAR(choices(0.9, 2), 2.6141, 1e-3);
}

TEST(Fields, AResultComesBackFromItsLine) {
  PointResult result;
  result.p99_s = 0.1 + 0.2;
  result.server_requests[3] = 17;
  PointResult back;
  ASSERT_TRUE(from_line(to_line(result), back));
  EXPECT_EQ(back.p99_s, result.p99_s);
  EXPECT_EQ(back.server_requests[3], 17);
  EXPECT_TRUE(std::isnan(back.mean_latency_s));
  EXPECT_FALSE(from_line("1 2 3", back));
  EXPECT_FALSE(from_line(to_line(result) + " 5", back));
}

}  // namespace
}  // namespace lvs::scenarios
