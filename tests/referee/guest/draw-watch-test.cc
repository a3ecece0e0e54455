// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/reachable.h"

#include <gtest/gtest.h>

#include <vector>

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// A kernel that draws at `first` and each `distance` after it, watched for a day: when each draw was seen.
std::vector<base::Time> watched(base::Time first, base::Time distance, int& looks) {
  DrawWatch watch;
  std::vector<base::Time> seen;
  base::Time drawn = first;
  for (base::Time now{}; now < 24h; now = watch.next()) {
    ++looks;
    const bool changed = now >= drawn;
    if (changed) {
      seen.push_back(now - drawn);
      while (drawn <= now) drawn += distance;
    }
    watch.seen(now, changed);
  }
  return seen;
}

TEST(DrawWatch, EachDrawIsSeenSoon) {
  for (const base::Time first : {1500ms, 120s + 30ms, 299s + 0ms})
    for (const base::Time distance : {300s + 640ms, 307s + 0ms, 315s + 360ms}) {
      int looks = 0;
      const std::vector<base::Time> late = watched(first, distance, looks);
      ASSERT_EQ(late.size(), static_cast<std::size_t>((24h - first) / distance) + 1);
      for (const base::Time each : late) EXPECT_LE(each, 500ms);
      EXPECT_LT(looks, 12'000);
    }
}

TEST(DrawWatch, OneInterfaceAloneIsNoDraw) {
  DrawWatch watch;
  watch.seen(100s, false);
  EXPECT_EQ(watch.next(), 100s + 500ms);
  watch.seen(101s, true);
  EXPECT_EQ(watch.next(), 400s);
  watch.seen(150s, false);  // a line was run; somebody set a sysctl
  EXPECT_EQ(watch.next(), 400s);
}

}  // namespace
}  // namespace lvs::referee
