// SPDX-License-Identifier: GPL-2.0-or-later
// Why the others lost: what a trace says of those who did not get a connection.
#include "scheduler-bench.h"

namespace lvs::test {
namespace {

using Bench = SchedulerBench;

struct Case {
  const char* scheduler;
  std::uint32_t winner_active, loser_active;
  int winner_weight, loser_weight;
  const char* why;
};

class WhyLost : public ::testing::TestWithParam<Case> {};

TEST_P(WhyLost, NamesTheMeasure) {
  const Case& c = GetParam();
  Bench b(c.scheduler);
  Destination& loser = b.add("10.0.0.2", c.loser_weight);
  Destination& winner = b.add("10.0.0.1", c.winner_weight);
  loser.active_conns = c.loser_active;
  winner.active_conns = c.winner_active;
  ASSERT_EQ(b.pick(), &winner);
  EXPECT_EQ(trace::text_of(b.scheduler->why_lost(loser, winner)), c.why);
}
INSTANTIATE_TEST_SUITE_P(
    Schedulers, WhyLost,
    ::testing::Values(
        Case{"rr", 0, 0, 1, 1, "not its turn"}, Case{"wrr", 0, 0, 2, 1, "not its turn"},
        Case{"lc", 1, 2, 1, 9, "overhead 512/1 > 256/1"}, Case{"wlc", 1, 2, 1, 1, "overhead 512/1 > 256/1"},
        Case{"wlc", 0, 0, 1, 1, "overhead 0/1 = 0/1, further back in the list"},
        Case{"sed", 1, 1, 2, 1, "delay 2/1 > 2/2"}, Case{"nq", 0, 3, 1, 9, "not idle: 3 active"},
        Case{"nq", 0, 0, 1, 9, "idle too, further back in the list"}, Case{"nq", 1, 1, 2, 1, "delay 2/1 > 2/2"},
        Case{"fo", 0, 0, 5, 2, "weight 2 < 5"}, Case{"fo", 0, 0, 5, 5, "the same weight, further back in the list"},
        Case{"ovf", 0, 9, 2, 5, "full: 9 active > weight 5"}, Case{"ovf", 0, 0, 5, 2, "weight 2 < 5"},
        Case{"lblc", 0, 1, 1, 1, "overhead 256/1 > 0/1"}, Case{"lblcr", 0, 1, 1, 1, "overhead 256/1 > 0/1"}),
    [](const auto& tested) { return std::string(tested.param.scheduler) + std::to_string(tested.index); });

TEST(WhyOthersLost, AHashNamesTheWinner) {
  for (const char* name : {"dh", "sh", "mh"}) {
    Bench b(name);
    Destination& one = b.add("10.0.0.1", 1);
    Destination& two = b.add("10.0.0.2", 1);
    Destination* winner = b.pick();
    ASSERT_NE(winner, nullptr);
    const Destination& loser = winner == &one ? two : one;
    EXPECT_EQ(trace::text_of(b.scheduler->why_lost(loser, *winner)), "the hash names " + winner->addr.text());
  }
}

TEST(WhyOthersLost, LocalityRemembers) {
  for (const char* name : {"lblc", "lblcr"}) {
    Bench b(name);
    Destination& loser = b.add("10.0.0.2", 1);
    Destination& winner = b.add("10.0.0.1", 1);
    ASSERT_EQ(b.pick(), &winner);
    winner.active_conns = 1;
    ASSERT_EQ(b.pick(), &winner);
    EXPECT_EQ(trace::text_of(b.scheduler->why_lost(loser, winner)), "the table names another");
  }
}

TEST(WhyOthersLost, WhoMayNotIsSaidFirst) {
  Bench b("wlc");
  b.add("10.0.0.3", 0);
  b.add("10.0.0.2", 1).overloaded = true;
  Destination& winner = b.add("10.0.0.1", 1);
  trace::Phrases said;
  explain_losers(said, b.service, &winner);
  EXPECT_EQ(trace::text_of(said), "\n10.0.0.2:80: overloaded\n10.0.0.3:80: weight 0");
}

}  // namespace
}  // namespace lvs::test
