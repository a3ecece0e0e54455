// SPDX-License-Identifier: GPL-2.0-or-later
// Buckets that leak, and requests counted by key. What the real nginx does with whole requests: tests/fidelity/cases/
// nginx-limits.
#include "daemons/nginx/upstream/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lvs::nginx {
namespace {

constexpr std::uint64_t kMegabyte = 1 << 20;

// The level of the bucket after a request at `at` ms; it is above the burst where the request is refused.
struct At {
  std::int64_t at;
  std::uint64_t excess;
  bool passed;
};
struct Bucket {
  const char* name;
  RateRule rule;
  std::vector<At> requests;
};
std::ostream& operator<<(std::ostream& out, const Bucket& each) { return out << each.name; }

class NginxBucket : public testing::TestWithParam<Bucket> {};

TEST_P(NginxBucket, LeaksAtTheRateAndHoldsTheBurst) {
  RateZone zone(kMegabyte);
  for (const At& each : GetParam().requests) {
    std::uint64_t excess = 0;
    const auto verdict = zone.look("10.0.0.1", GetParam().rule, each.at, true, excess);
    EXPECT_EQ(excess, each.excess) << "at " << each.at;
    EXPECT_EQ(verdict, each.passed ? RateZone::Verdict::passed : RateZone::Verdict::refused) << "at " << each.at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Limits, NginxBucket,
    testing::Values(
        // One a second: the second within it is refused, and costs nothing.
        Bucket{"OneASecond", {1000, 0, 0}, {{5000, 0, true}, {5400, 600, false}, {5900, 100, false}, {6000, 0, true}}},
        // What is refused does not fill the bucket: 0.5 of the third leak away within half a second.
        Bucket{
            "Burst",
            {1000, 2000, 0},
            {{0, 0, true}, {0, 1000, true}, {0, 2000, true}, {0, 3000, false}, {500, 2500, false}, {1000, 2000, true}}},
        // Never below empty.
        Bucket{"Idle", {1000, 1000, 0}, {{0, 0, true}, {100'000, 0, true}, {100'000, 1000, true}}},
        // A clock that went back a little stands still.
        Bucket{"Back", {1000, 1000, 0}, {{9000, 0, true}, {8000, 1000, true}, {9500, 1500, false}}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(NginxRateZone, KeysHaveBucketsOfTheirOwn) {
  RateZone zone(kMegabyte);
  std::uint64_t excess = 0;
  EXPECT_EQ(zone.look("a", {}, 0, true, excess), RateZone::Verdict::passed);
  EXPECT_EQ(zone.look("b", {}, 0, true, excess), RateZone::Verdict::passed);
  EXPECT_EQ(zone.look("a", {}, 0, true, excess), RateZone::Verdict::refused);
}

// Looked at for a request that another zone may refuse: only settle() makes it count.
TEST(NginxRateZone, WhatIsHeldDoesNotCountYet) {
  RateZone zone(kMegabyte);
  const RateRule rule{1000, 2000, 0};
  std::uint64_t excess = 0;
  ASSERT_EQ(zone.look("a", rule, 0, true, excess), RateZone::Verdict::passed);
  EXPECT_EQ(zone.look("a", rule, 0, false, excess), RateZone::Verdict::held);
  zone.release("a");
  EXPECT_EQ(zone.look("a", rule, 0, false, excess), RateZone::Verdict::held);
  EXPECT_EQ(zone.settle("a", rule, 0), 1000U);
  EXPECT_EQ(zone.look("a", rule, 0, true, excess), RateZone::Verdict::passed);
  EXPECT_EQ(excess, 2000U);
}

// The least zone: 32 KB are 7 pages of 32 buckets. The oldest makes room.
TEST(NginxRateZone, IsBounded) {
  RateZone zone(32 << 10);
  std::uint64_t excess = 0;
  for (int i = 0; i < 1000; ++i) zone.look("key " + std::to_string(i), {}, 0, true, excess);
  EXPECT_EQ(zone.size(), 224U);
  EXPECT_EQ(zone.look("key 999", {}, 0, true, excess), RateZone::Verdict::refused);
  EXPECT_EQ(zone.look("key 0", {}, 0, true, excess), RateZone::Verdict::passed);
}

// Empty for a minute: two go with every new key.
TEST(NginxRateZone, ForgetsWhoHasNotComeForAMinute) {
  RateZone zone(kMegabyte);
  std::uint64_t excess = 0;
  for (int i = 0; i < 5; ++i) zone.look("key " + std::to_string(i), {}, 0, true, excess);
  zone.look("new", {}, 59'999, true, excess);
  EXPECT_EQ(zone.size(), 6U);
  zone.look("newer", {}, 60'000, true, excess);
  EXPECT_EQ(zone.size(), 5U);
}

TEST(NginxConnectionZone, CountsByKey) {
  ConnectionZone zone(kMegabyte);
  EXPECT_TRUE(zone.enter("a", 2));
  EXPECT_TRUE(zone.enter("a", 2));
  EXPECT_FALSE(zone.enter("a", 2));
  EXPECT_TRUE(zone.enter("b", 2));
  zone.leave("a");
  EXPECT_TRUE(zone.enter("a", 2));
}

}  // namespace
}  // namespace lvs::nginx
