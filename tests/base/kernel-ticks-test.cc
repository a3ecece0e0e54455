// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/kernel-ticks.h"

#include <gtest/gtest.h>

namespace lvs::base {
namespace {

// The retries of address resolution as Linux 6.1.176 with 100 ticks a second sent them, from captures: a second apart
// when asked for, 1.04 s when the one before came on a slot.
TEST(KernelTicks, ASecondIsLate) {
  const KernelTicks ticks(100, 0);
  for (int start = 0; start < 1000; start += 7) {
    const Time now = std::chrono::milliseconds(start);
    const Time fired = ticks.fires(now, now + 1s);
    EXPECT_GT(fired, now + 1s);
    EXPECT_LE(fired, now + 1090ms);
    EXPECT_EQ((ticks.fires(fired, fired + 1s) - fired) / 1ms, 1040);
  }
}

TEST(KernelTicks, NearTimersAreExactToATick) {
  const KernelTicks ticks(100, 5);
  for (int length = 0; length < 620; length += 3) {
    const Time deadline = 12ms + std::chrono::milliseconds(length);
    const Time fired = ticks.fires(12ms, deadline);
    EXPECT_GE(fired, deadline);
    EXPECT_LE(fired, deadline + 20ms);
  }
}

TEST(KernelTicks, NeverEarlyAndAnEighthLateAtMost) {
  for (const std::uint64_t phase : {0ull, 13ull, 4294937296ull}) {
    const KernelTicks ticks(250, phase);
    for (Time length = 1s; length < 40h; length = length * 3 / 2) {
      const Time fired = ticks.fires(77ms, 77ms + length);
      EXPECT_GE(fired, 77ms + length);
      EXPECT_LE(fired, 77ms + length + length / 7 + 8ms);
    }
  }
}

TEST(KernelTicks, WhoWasSetLastComesFirst) {
  const KernelTicks ticks(100, 0);
  const Time early = ticks.fires(0s, 2s), late = ticks.fires(1040ms, 2040ms - 40ms);
  EXPECT_EQ(early / 10ms, late / 10ms);
  EXPECT_LT(late, early);
}

}  // namespace
}  // namespace lvs::base
