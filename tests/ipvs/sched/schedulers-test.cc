// SPDX-License-Identifier: GPL-2.0-or-later
// Golden sequences of the schedulers (schedulers.md), and wrr against a reference written afresh.
#include <array>
#include <numeric>

#include "scheduler-bench.h"

namespace lvs::test {
namespace {

using Bench = SchedulerBench;

TEST(Rr, RunsFromTheNewestToTheOldest) {
  Bench b("rr");
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) b.add(a, 1);
  EXPECT_EQ(b.picks(7), "3213213");
}

TEST(Rr, DeletionLeavesTheSuccessorNext) {
  Bench b("rr");
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}) b.add(a, 1);
  EXPECT_EQ(b.picks(2), "43");
  b.remove(*b.servers[2]);  // 3, taken last
  EXPECT_EQ(b.picks(4), "2142");
  b.remove(*b.servers[3]);  // 4, before the pointer
  EXPECT_EQ(b.picks(3), "121");
}

TEST(Rr, NewcomerIsReachedAtTheNextTurn) {
  Bench b("rr");
  for (const char* a : {"10.0.0.1", "10.0.0.2"}) b.add(a, 1);
  EXPECT_EQ(b.picks(1), "2");
  b.add("10.0.0.3", 1);
  EXPECT_EQ(b.picks(4), "1321");
}

TEST(Rr, SkipsQuiescedAndOverloaded) {
  Bench b("rr");
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) b.add(a, 1);
  b.edit(*b.servers[1], 0);
  b.servers[2]->overloaded = true;
  EXPECT_EQ(b.picks(3), "111");
  b.edit(*b.servers[0], 0);
  EXPECT_EQ(b.picks(2), "--");
}

TEST(Wrr, GoldenSequences) {
  struct Row {
    std::vector<int> weights;  // in list order, servers 1, 2, ...
    std::string picks;
  };
  for (const Row& row : {Row{{4, 3, 2}, "112123123"}, Row{{2, 3, 4}, "323123123"}, Row{{1, 2, 3}, "323123"},
                         Row{{10, 20, 30}, "323123"}, Row{{5, 1, 1}, "1111123"}}) {
    Bench b("wrr");
    for (std::size_t i = row.weights.size(); i > 0; --i) {
      b.add("10.0.0." + std::to_string(i), row.weights[i - 1]);
    }
    b.rebind();
    EXPECT_EQ(b.picks(static_cast<int>(row.picks.size()) * 2), row.picks + row.picks);
  }
}

// The bar stays where it is while servers are added: the first walk takes everybody.
TEST(Wrr, BeginsAtTheBarOfTheFirstServer) {
  Bench b("wrr");
  b.add("10.0.0.3", 1);
  b.add("10.0.0.2", 1);
  b.add("10.0.0.1", 5);
  EXPECT_EQ(b.picks(14), "12311111231111");
}

// The description taken literally: a list of (bar, position), walked for ever.
class PlainWrr {
 public:
  explicit PlainWrr(std::vector<int> weights) : weights_(std::move(weights)) {
    int gcd = 0, top = 0;
    for (const int w : weights_) {
      gcd = std::gcd(gcd, w);
      top = std::max(top, w);
    }
    for (int bar = top; gcd != 0 && bar > 0; bar -= gcd) {
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        if (weights_[i] >= bar) turns_.push_back(i);
      }
    }
  }
  // Position in the list, -1: nobody.
  int next() {
    if (turns_.empty()) return -1;
    return static_cast<int>(turns_[at_++ % turns_.size()]);
  }

 private:
  std::vector<int> weights_;
  std::vector<std::size_t> turns_;
  std::size_t at_ = 0;
};

TEST(Wrr, SamePicksAsTheDescription) {
  base::Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    Bench b("wrr");
    std::vector<int> weights(1 + rng.below(6));
    const int factor = 1 + static_cast<int>(rng.below(4));
    for (int& w : weights) w = static_cast<int>(rng.below(7)) * factor;
    for (std::size_t i = weights.size(); i-- > 0;) b.add("10.0.0." + std::to_string(i + 1), weights[i]);
    b.rebind();
    PlainWrr plain(weights);
    for (int i = 0; i < 60; ++i) {
      const Destination* dest = b.pick();
      ASSERT_EQ(dest == nullptr ? -1 : static_cast<int>(dest->addr.value & 255) - 1, plain.next())
          << "round " << round << " pick " << i;
    }
  }
}

TEST(Wrr, OverloadedOnesAreSteppedOver) {
  Bench b("wrr");
  Destination& one = b.add("10.0.0.1", 3);
  Destination& two = b.add("10.0.0.2", 1);
  one.overloaded = true;
  EXPECT_EQ(b.picks(3), "222");
  two.overloaded = true;
  EXPECT_EQ(b.picks(3), "---");
  one.overloaded = false;
  EXPECT_EQ(b.picks(3), "111");
}

struct LoadRow {
  std::string_view scheduler;
  // weight, active, inactive; servers 1, 2, ... in the list's order
  std::vector<std::array<int, 3>> servers;
  std::string pick;
};

class ByLoad : public ::testing::TestWithParam<LoadRow> {};

TEST_P(ByLoad, Picks) {
  const LoadRow& row = GetParam();
  Bench b(row.scheduler);
  for (std::size_t i = row.servers.size(); i-- > 0;) {
    Destination& dest = b.add("10.0.0." + std::to_string(i + 1), row.servers[i][0]);
    dest.active_conns = static_cast<std::uint32_t>(row.servers[i][1]);
    dest.inactive_conns = static_cast<std::uint32_t>(row.servers[i][2]);
  }
  EXPECT_EQ(b.picks(1), row.pick);
}

INSTANTIATE_TEST_SUITE_P(
    Schedulers, ByLoad,
    ::testing::Values(LoadRow{"lc", {{1, 0, 0}, {5, 0, 0}}, "1"}, LoadRow{"lc", {{1, 1, 0}, {1, 0, 255}}, "2"},
                      LoadRow{"lc", {{1, 1, 0}, {1, 0, 256}}, "1"}, LoadRow{"lc", {{1, 1, 0}, {1, 0, 257}}, "1"},
                      LoadRow{"lc", {{0, 0, 0}, {1, 9, 0}}, "2"}, LoadRow{"lc", {{0, 0, 0}}, "-"},
                      LoadRow{"wlc", {{1, 0, 0}, {3, 0, 0}}, "1"}, LoadRow{"wlc", {{1, 1, 0}, {3, 0, 0}}, "2"},
                      LoadRow{"wlc", {{1, 1, 0}, {3, 3, 0}}, "1"}, LoadRow{"wlc", {{1, 1, 1}, {3, 3, 0}}, "2"},
                      LoadRow{"wlc", {{0, 0, 0}, {1, 900, 0}}, "2"}, LoadRow{"sed", {{1, 0, 0}, {3, 0, 0}}, "2"},
                      LoadRow{"sed", {{1, 0, 0}, {3, 2, 500}}, "1"}, LoadRow{"sed", {{1, 0, 0}, {3, 3, 0}}, "1"},
                      LoadRow{"nq", {{1, 0, 0}, {3, 0, 0}}, "1"}, LoadRow{"nq", {{1, 1, 0}, {9, 1, 0}}, "2"},
                      LoadRow{"nq", {{9, 1, 0}, {1, 0, 7}}, "2"}, LoadRow{"fo", {{1, 0, 0}, {3, 99, 0}}, "2"},
                      LoadRow{"fo", {{3, 0, 0}, {3, 0, 0}}, "1"}, LoadRow{"ovf", {{2, 0, 0}, {5, 5, 0}}, "2"},
                      LoadRow{"ovf", {{2, 0, 0}, {5, 6, 0}}, "1"}, LoadRow{"ovf", {{2, 3, 0}, {5, 6, 0}}, "-"},
                      LoadRow{"ovf", {{2, 0, 99}, {2, 0, 0}}, "1"}));

}  // namespace
}  // namespace lvs::test
