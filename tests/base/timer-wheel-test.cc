// SPDX-License-Identifier: GPL-2.0-or-later
// The wheel beside a sorted list that does the same slowly.
#include "base/timer-wheel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/rng.h"

namespace lvs::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Alarm : Timer {
  Alarm(int name, std::vector<int>& log) : Timer(&ring), id(name), rung(log) {}
  static void ring(Timer& timer) {
    auto& alarm = static_cast<Alarm&>(timer);
    alarm.rung.push_back(alarm.id);
    if (alarm.then != nullptr) alarm.wheel->arm(*alarm.then, alarm.then_at);
  }
  int id;
  std::vector<int>& rung;
  TimerWheel* wheel = nullptr;
  Alarm* then = nullptr;
  Time then_at{};
};

struct TimerWheelTest : testing::Test {
  std::vector<int> rung;
  TimerWheel wheel;
  Alarm a{1, rung}, b{2, rung}, c{3, rung};
  ~TimerWheelTest() override {
    for (Alarm* alarm : {&a, &b, &c}) wheel.cancel(*alarm);
  }
};

TEST_F(TimerWheelTest, FiresInOrderOfDeadlineNotBefore) {
  wheel.arm(a, 30ms);
  wheel.arm(b, 10ms);
  wheel.arm(c, 20ms);
  wheel.advance(10ms - 1ns);
  EXPECT_THAT(rung, IsEmpty());
  wheel.advance(10ms);
  EXPECT_THAT(rung, ElementsAre(2));
  wheel.advance(1s);
  EXPECT_THAT(rung, ElementsAre(2, 3, 1));
  EXPECT_EQ(wheel.next(), kNever);
}

TEST_F(TimerWheelTest, EqualDeadlinesFireInTheOrderOfArming) {
  for (Alarm* alarm : {&c, &a, &b}) wheel.arm(*alarm, 5ms);
  wheel.advance(5ms);
  EXPECT_THAT(rung, ElementsAre(3, 1, 2));
}

TEST_F(TimerWheelTest, ProlongedAndShortened) {
  wheel.arm(a, 10ms);
  wheel.arm(a, 50ms);
  wheel.advance(49ms);
  EXPECT_THAT(rung, IsEmpty());
  wheel.advance(50ms);
  EXPECT_THAT(rung, ElementsAre(1));
  wheel.arm(b, 1s);
  wheel.arm(b, 60ms);
  wheel.advance(60ms);
  EXPECT_THAT(rung, ElementsAre(1, 2));
}

TEST_F(TimerWheelTest, PastDeadlineFiresAtOnce) {
  wheel.advance(1s);
  wheel.arm(a, 10ms);
  wheel.arm(b, -5ms);
  wheel.advance(1s);
  EXPECT_THAT(rung, ElementsAre(2, 1));
}

TEST_F(TimerWheelTest, ArmedFromWithinACallbackTakesPart) {
  a.wheel = &wheel;
  a.then = &b;
  a.then_at = 20ms;
  wheel.arm(a, 10ms);
  wheel.arm(c, 30ms);
  wheel.advance(40ms);
  EXPECT_THAT(rung, ElementsAre(1, 2, 3));
}

TEST_F(TimerWheelTest, CancelledIsSilent) {
  wheel.arm(a, 10ms);
  wheel.cancel(a);
  wheel.cancel(a);
  EXPECT_FALSE(a.armed());
  wheel.advance(1s);
  EXPECT_THAT(rung, IsEmpty());
}

TEST_F(TimerWheelTest, YearsAhead) {
  const Time decade = std::chrono::hours(24 * 365 * 10);
  wheel.arm(a, decade);
  wheel.arm(b, kNever - 1ns);
  wheel.advance(decade - 1ns);
  EXPECT_THAT(rung, IsEmpty());
  wheel.advance(decade);
  EXPECT_THAT(rung, ElementsAre(1));
}

// Those of one tick, as the kernel's expire_timers(): from the coarsest level on, who was set last first.
TEST_F(TimerWheelTest, OnTicksInTheOrderOfTheKernel) {
  wheel.set_ticks(KernelTicks(100));
  wheel.arm_on_tick(a, 0s, 1s);  // level 1: at 1.04 s
  wheel.advance(900ms);
  wheel.arm_on_tick(b, 900ms, 130ms);  // level 0: the same tick
  wheel.arm_on_tick(c, 900ms, 130ms);
  EXPECT_EQ(wheel.due(a), 1040ms);
  EXPECT_EQ(wheel.due(b), 1040ms);
  wheel.advance(1040ms - 1ns);
  EXPECT_THAT(rung, IsEmpty());
  wheel.advance(1040ms);
  EXPECT_THAT(rung, ElementsAre(1, 3, 2));
}

// mod_timer() within a slot leaves the timer where it stands there, and otherwise it joins its new slot last.
TEST_F(TimerWheelTest, WhoIsSetAgainOnTicksKeepsItsPlaceInTheSlot) {
  wheel.set_ticks(KernelTicks(100));
  wheel.arm_on_tick(a, 0s, 120s);
  wheel.arm_on_tick(b, 0s, 121s);
  wheel.arm_on_tick(c, 0s, 125s);  // another slot
  wheel.arm_on_tick(a, 0s, 122s);  // that of before
  wheel.arm_on_tick(c, 1s, 120s);  // comes into theirs
  EXPECT_EQ(wheel.due(a), wheel.due(b));
  EXPECT_EQ(wheel.due(a), wheel.due(c));
  wheel.advance(130s);
  EXPECT_THAT(rung, ElementsAre(3, 2, 1));
}

// A host may look into a slot before its timers are due: they fire in the same order afterwards.
TEST_F(TimerWheelTest, WhoLooksTooEarlyChangesNoOrder) {
  wheel.set_ticks(KernelTicks(100, 300ns));
  wheel.arm_on_tick(a, 0s, 1s);
  wheel.arm_on_tick(b, 0s, 1s);
  const Time due = wheel.due(a);
  for (const Time early : {200ns, 100ns}) {
    wheel.advance(due - early);
    EXPECT_THAT(rung, IsEmpty());
    EXPECT_EQ(wheel.next(), due);
  }
  wheel.arm(c, due - 50ns);
  EXPECT_EQ(wheel.next(), due - 50ns);
  wheel.advance(due);
  EXPECT_THAT(rung, ElementsAre(3, 2, 1));
}

// Timers bound to a processor, in newer kernels: before all others of the tick, among themselves in the same order.
TEST_F(TimerWheelTest, WhoGoesAheadIsFirstOfItsTick) {
  wheel.set_ticks(KernelTicks(100));
  wheel.arm_on_tick(a, 0s, 1s, true);
  wheel.arm_on_tick(b, 0s, 1s, true);
  wheel.arm_on_tick(c, 0s, 1s);
  EXPECT_EQ(wheel.due(a), 1040ms);
  EXPECT_EQ(wheel.due(c), 1040ms);
  wheel.advance(1040ms);
  EXPECT_THAT(rung, ElementsAre(2, 1, 3));
}

TEST_F(TimerWheelTest, ProlongedOnTicks) {
  wheel.set_ticks(KernelTicks(100));
  wheel.arm_on_tick(a, 0s, 120s);
  wheel.advance(100s);
  wheel.arm_on_tick(a, 100s, 120s);
  EXPECT_EQ(a.deadline(), 220s);
  EXPECT_EQ(wheel.due(a), 512 * 10ms * 43);
  wheel.advance(200s);
  EXPECT_THAT(rung, IsEmpty());
  wheel.arm_on_tick(a, 200s, 300ms);  // earlier, on a finer level
  wheel.advance(200s + 300ms);
  EXPECT_THAT(rung, IsEmpty());
  wheel.advance(200s + 310ms);
  EXPECT_THAT(rung, ElementsAre(1));
}

// Ten thousand that end on one tick: in time that does not grow with their square.
TEST(TimerWheel, ManyOnOneTick) {
  TimerWheel wheel;
  wheel.set_ticks(KernelTicks(100));
  std::vector<int> rung;
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 0; i < 10000; ++i) {
    alarms.push_back(std::make_unique<Alarm>(i, rung));
    wheel.arm_on_tick(*alarms.back(), 1us * i, 120s);
  }
  wheel.advance(130s);
  ASSERT_EQ(rung.size(), alarms.size());
  EXPECT_TRUE(std::ranges::is_sorted(rung, std::greater{}));
}

// next() never lies behind a deadline, and following it arrives there.
TEST_F(TimerWheelTest, NextLeadsToTheDeadline) {
  const Time deadline = 12345s + 678ns;
  wheel.arm(a, deadline);
  int steps = 0;
  while (rung.empty() && ++steps < 100) {
    const Time next = wheel.next();
    ASSERT_LE(next, deadline);
    wheel.advance(next);
  }
  EXPECT_LT(steps, 12);
}

class TimerWheelProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(TimerWheelProperty, AgreesWithASortedList) {
  Rng rng(GetParam());
  Time now{static_cast<std::int64_t>(rng.below(1u << 30))};
  TimerWheel wheel(now);
  std::vector<int> rung;
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 0; i < 300; ++i) alarms.push_back(std::make_unique<Alarm>(i, rung));
  std::map<int, Time> expected;  // the slow list: deadline of each armed timer
  // Spans from nanoseconds to weeks, each as likely.
  const auto span = [&] { return Time{static_cast<std::int64_t>(rng.next() >> (12 + rng.below(52)))}; };

  for (int round = 0; round < 3000; ++round) {
    for (std::uint32_t i = rng.below(20); i > 0; --i) {
      const int id = static_cast<int>(rng.below(300));
      Alarm& alarm = *alarms[static_cast<std::size_t>(id)];
      switch (rng.below(4)) {
        case 0:
          wheel.cancel(alarm);
          expected.erase(id);
          break;
        case 1:  // prolonged, if it runs
          if (alarm.armed()) {
            const Time later = expected[id] + span() / 4;
            wheel.arm(alarm, later);
            expected[id] = later;
          }
          break;
        default: {
          const Time at = now + span();
          wheel.arm(alarm, at);
          expected[id] = at;
        }
      }
    }
    const Time first = expected.empty()
                           ? kNever
                           : std::ranges::min_element(expected, {}, [](const auto& e) { return e.second; })->second;
    ASSERT_LE(wheel.next(), std::max(first, now));
    now = rng.below(3) == 0 && wheel.next() != kNever ? std::max(now, wheel.next()) : now + span();
    wheel.advance(now);

    Time last{};
    for (const int id : rung) {
      ASSERT_TRUE(expected.contains(id)) << "round " << round << ": " << id << " fired twice or was cancelled";
      ASSERT_LE(expected[id], now) << "round " << round;
      ASSERT_GE(expected[id], last) << "round " << round << ": out of order";
      last = expected[id];
      ASSERT_FALSE(alarms[static_cast<std::size_t>(id)]->armed());
      expected.erase(id);
    }
    rung.clear();
    for (const auto& [id, at] : expected) ASSERT_GT(at, now) << "round " << round << ": " << id << " was forgotten";
  }
  for (const auto& alarm : alarms) wheel.cancel(*alarm);
  EXPECT_EQ(wheel.next(), kNever);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimerWheelProperty, testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace lvs::base
