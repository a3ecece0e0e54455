// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/reachable.h"

#include <gtest/gtest.h>

#include <vector>

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// A kernel that draws at `first` and each `distance` after it, watched for a day: how far from the truth the moment of
// each draw is.
std::vector<base::Time> watched(base::Time first, base::Time distance, int& looks) {
  DrawWatch watch;
  std::vector<base::Time> wrong;
  base::Time last = first - distance, told = last;
  for (base::Time now{}; now < 24h; now = watch.next()) {
    ++looks;
    while (last + distance <= now) last += distance;
    const base::Time age = now - last;
    if (last != told) wrong.push_back(watch.moment(now, age) - last), told = last;
    watch.seen(now, age);
  }
  return wrong;
}

TEST(DrawWatch, EachDrawIsSeenWithItsMoment) {
  for (const base::Time first : {1500ms, 120s + 30ms, 299s + 0ms})
    for (const base::Time distance : {300s + 640ms, 307s + 0ms, 315s + 360ms}) {
      int looks = 0;
      const std::vector<base::Time> wrong = watched(first, distance, looks);
      EXPECT_GE(wrong.size(), static_cast<std::size_t>((24h - first) / distance));
      for (const base::Time each : wrong) EXPECT_EQ(each, 0s);
      EXPECT_LT(looks, 3 * 24 * 12);
    }
}

// After the boot the moment of the "last" draw is still to come.
TEST(DrawWatch, TheFirstDrawIsTenMinutesAndMoreAfterTheBoot) {
  DrawWatch watch;
  watch.seen(2s, -600s);
  EXPECT_EQ(watch.next(), 902s);
  EXPECT_EQ(watch.moment(5s, -597s), 5s);  // an interface that has come
}

TEST(DrawWatch, WhatChangesWithoutADrawHasChangedNow) {
  DrawWatch watch;
  watch.seen(100s, 40s);
  EXPECT_EQ(watch.next(), 360s);
  EXPECT_EQ(watch.moment(150s, 90s), 150s);  // a line has set a sysctl
  watch.seen(150s, 90s);
  EXPECT_EQ(watch.moment(365s, 3s), 362s);
  watch.seen(361s, 301s);  // due, and not done yet
  EXPECT_EQ(watch.next(), 376s);
}

// Nobody asks again and again what is not told.
TEST(DrawWatch, AKernelThatDoesNotTell) {
  DrawWatch watch;
  watch.seen(100s, {});
  EXPECT_EQ(watch.next(), 115s);
  EXPECT_EQ(watch.moment(115s, {}), 115s);
}

}  // namespace
}  // namespace lvs::referee
