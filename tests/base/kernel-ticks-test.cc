// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/kernel-ticks.h"

#include <gtest/gtest.h>

namespace lvs::base {
namespace {

Time fires(const KernelTicks& ticks, Time now, Time length) {
  const Time wait = ticks.wait(length);
  return ticks.fires(now + wait, ticks.level(wait));
}

// The retries of address resolution as Linux 6.1.176 with 100 ticks a second sent them, from captures: a second apart
// when asked for, 1.04 s when the one before came on a slot.
TEST(KernelTicks, ASecondIsLate) {
  const KernelTicks ticks(100);
  for (int start = 0; start < 1000; start += 7) {
    const Time now = std::chrono::milliseconds(start);
    const Time fired = fires(ticks, now, 1s);
    EXPECT_GT(fired, now + 1s);
    EXPECT_LE(fired, now + 1090ms);
    EXPECT_EQ(fires(ticks, fired, 1s) - fired, 1040ms);
  }
}

TEST(KernelTicks, NearTimersAreExactToATick) {
  const KernelTicks ticks(100, 50ms);
  for (int length = 0; length < 620; length += 3) {
    const Time deadline = 12ms + std::chrono::milliseconds(length);
    const Time fired = fires(ticks, 12ms, std::chrono::milliseconds(length));
    EXPECT_GE(fired, deadline);
    EXPECT_LE(fired, deadline + 20ms);
  }
}

TEST(KernelTicks, NeverEarlyAndAnEighthLateAtMost) {
  for (const unsigned hz : {100u, 250u, 1000u}) {
    for (const Time phase : {Time{0}, Time{52ms}, Time{4294937296 * 10ms}}) {
      const KernelTicks ticks(hz, phase);
      for (Time length = 1s; length < 40h; length = length * 3 / 2) {
        const Time fired = fires(ticks, 77ms, length);
        EXPECT_GE(fired, 77ms + length);
        EXPECT_LE(fired, 77ms + length + length / 7 + 8ms);
      }
    }
  }
}

// Kernel: LVL_START(n) = 63 << 3 * (n - 1).
TEST(KernelTicks, LevelsBeginWhereTheKernelsDo) {
  const KernelTicks ticks(1000);
  int level = 0;
  for (std::int64_t first = 63; level < 8; first *= 8) {
    EXPECT_EQ(ticks.level((first - 1) * 1ms), level);
    EXPECT_EQ(ticks.level(first * 1ms), ++level);
  }
  EXPECT_EQ(ticks.level(63LL * (1 << 24) * 1ms), 8);  // the last one
}

// Seen on Linux 6.1.192 with 100 ticks a second, in virtual time: a connection of 120 s is listed for up to 125 s, one
// of 900 s for up to 941 s.
TEST(KernelTicks, FarTimersEndOnSlots) {
  const KernelTicks ticks(100);
  EXPECT_EQ(fires(ticks, 1s, 120s), 512 * 10ms * 24);
  EXPECT_EQ(fires(ticks, 1s, 900s), 4096 * 10ms * 22);
}

TEST(KernelTicks, NothingIsFurtherAwayThanTheWheelReaches) {
  const KernelTicks ticks(100);
  EXPECT_EQ(ticks.wait(24h * 30), 62LL * (1 << 21) * 10ms);
  EXPECT_EQ(KernelTicks(250).wait(24h * 30), Time(24h * 30));
}

TEST(KernelTicks, WhatIsLeftIsInWholeTicks) {
  const KernelTicks ticks(100, 5ms);
  EXPECT_EQ(ticks.left(0s, 3s), 3s);
  EXPECT_EQ(ticks.left(4ms, 3s), 3s);
  EXPECT_EQ(ticks.left(5ms, 3s), 2990ms);
  EXPECT_EQ(ticks.left(4s, 3s), 0s);
}

}  // namespace
}  // namespace lvs::base
