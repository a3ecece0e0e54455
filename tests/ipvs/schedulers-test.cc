// SPDX-License-Identifier: GPL-2.0-or-later
// Golden sequences and tables of the schedulers (schedulers.md), and wrr against a reference written afresh.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/rng.h"
#include "director.h"
#include "ipvs/scheduler.h"
#include "ipvs/siphash.h"

namespace lvs::test {
namespace {

using ipvs::Destination;
using ipvs::Flow;
using ipvs::Scheduler;
using ipvs::VirtualService;

// A service on its own, destinations in the list's order: "C" is servers[0] when added last.
struct Bench {
  explicit Bench(std::string_view name) : scheduler(ipvs::make_scheduler(name)) {
    scheduler->bound(service, base::Time{0});
  }
  // As `ipvsadm -a`: at the head of the list.
  Destination& add(std::string_view where, int weight, std::uint16_t port = 80) {
    servers.push_back(std::make_unique<Destination>());
    Destination& dest = *servers.back();
    dest.addr = addr(where);
    dest.port = port;
    dest.weight = dest.last_weight = weight;
    dest.available = true;
    service.destinations.insert(service.destinations.begin(), &dest);
    scheduler->added(service, dest);
    return dest;
  }
  void edit(Destination& dest, int weight) {
    dest.weight = weight;
    if (weight != 0) dest.last_weight = weight;
    scheduler->edited(service, dest);
  }
  void remove(Destination& dest) {
    const auto it = std::ranges::find(service.destinations, &dest);
    const auto at = static_cast<std::size_t>(it - service.destinations.begin());
    dest.available = false;
    service.destinations.erase(it);
    scheduler->removed(service, dest, at);
  }
  // As `ipvsadm -E -s` away and back: the scheduler begins anew.
  void rebind() {
    scheduler = ipvs::make_scheduler(scheduler->name());
    scheduler->bound(service, now);
  }
  Destination* pick(std::string_view client = "192.168.1.100", std::uint16_t port = 40000,
                    std::string_view target = "192.168.0.100") {
    return scheduler->schedule(service, {.client = addr(client),
                                         .target = addr(target),
                                         .client_port = port,
                                         .now = now,
                                         .rng = &rng,
                                         .settings = &settings});
  }
  // Last bytes of the addresses picked; "-" for none.
  std::string picks(int n) {
    std::string out;
    for (int i = 0; i < n; ++i) {
      const Destination* dest = pick();
      out += dest == nullptr ? "-" : std::to_string(dest->addr.value & 255);
    }
    return out;
  }

  VirtualService service;
  std::vector<std::unique_ptr<Destination>> servers;
  base::Rng rng{1};
  ipvs::Settings settings;
  base::Time now{};
  std::unique_ptr<Scheduler> scheduler;  // last: it lets go of destinations when it dies
};

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

TEST(Hash32, TableOfTheReference) {
  struct Row {
    std::string_view addr;
    std::uint32_t bits8, bits10, sh_port;
  };
  for (const Row& r :
       {Row{"10.0.0.1", 39, 159, 203}, Row{"10.0.0.2", 137, 550, 45}, Row{"192.168.0.1", 192, 769, 100},
        Row{"192.168.0.100", 144, 579, 52}, Row{"192.168.1.100", 89, 357, 253}, Row{"172.16.0.1", 122, 488, 30},
        Row{"203.0.113.7", 124, 499, 32}, Row{"8.8.8.8", 188, 754, 96}}) {
    EXPECT_EQ(ipvs::hash_32(addr(r.addr).value, 8), r.bits8) << r.addr;
    EXPECT_EQ(ipvs::hash_32(addr(r.addr).value, 10), r.bits10) << r.addr;
    EXPECT_EQ(ipvs::hash_32(addr(r.addr).value + 40000, 8), r.sh_port) << r.addr;
  }
}

// An address for each of the 256 buckets, so that a table can be read from outside.
std::map<std::uint32_t, std::string> an_address_for_each_bucket() {
  std::map<std::uint32_t, std::string> found;
  for (std::uint32_t a = 0x0b000000; found.size() < 256; ++a)
    found.emplace(ipvs::hash_32(a, 8), base::Ipv4Addr{a}.text());
  return found;
}

TEST(Sh, BucketsAreDealtByWeight) {
  const auto clients = an_address_for_each_bucket();
  Bench b("sh");
  b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 2);
  b.add("10.0.0.3", 3);
  std::map<int, int> owned;
  for (const auto& [bucket, client] : clients) ++owned[static_cast<int>(b.pick(client)->addr.value & 255)];
  EXPECT_EQ(owned, (std::map<int, int>{{3, 129}, {2, 85}, {1, 42}}));
  b.edit(two, 0);
  owned.clear();
  int none = 0;
  for (const auto& [bucket, client] : clients) {
    if (Destination* dest = b.pick(client)) {
      ++owned[static_cast<int>(dest->addr.value & 255)];
    } else {
      ++none;
    }
  }
  EXPECT_EQ(owned, (std::map<int, int>{{3, 154}, {1, 51}}));
  EXPECT_EQ(none, 51);
  b.service.flags = ipvs::service_flag::sh_fallback;
  for (const auto& [bucket, client] : clients) EXPECT_NE(b.pick(client), nullptr);
}

TEST(Sh, FallbackBeginsAtTwiceTheHash) {
  Bench b("sh");
  b.service.flags = ipvs::service_flag::sh_fallback;
  b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 1);
  Destination& three = b.add("10.0.0.3", 1);
  // Hash 89: bucket 89 = 3 * 29 + 2 is of the third in the list, 1; its turn is 178 = 3 * 59 + 1: the second, 2.
  EXPECT_EQ(b.pick("192.168.1.100")->addr, addr("10.0.0.1"));
  b.edit(*b.servers[0], 0);
  EXPECT_EQ(b.pick("192.168.1.100"), &two);
  b.edit(two, 0);
  EXPECT_EQ(b.pick("192.168.1.100"), &three);
}

TEST(Dh, BucketsAreDealtInTurnAndHaveNoFallback) {
  Bench b("dh");
  Destination& one = b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 7);
  // 192.168.0.100 hashes to 144, even: the first in the list.
  EXPECT_EQ(b.pick("1.2.3.4", 1, "192.168.0.100"), &two);
  EXPECT_EQ(b.pick("1.2.3.4", 1, "192.168.1.100"), &one);  // 89
  b.edit(one, 0);
  EXPECT_EQ(b.pick("1.2.3.4", 1, "192.168.1.100"), nullptr);
  b.remove(one);
  EXPECT_EQ(b.pick("1.2.3.4", 1, "192.168.1.100"), &two);
}

TEST(Mh, HashesOfTheReference) {
  constexpr std::uint64_t key = 2654435761u;
  const auto h = [&](std::string_view a) { return ipvs::hsiphash_u32(addr(a).value, key, key); };
  EXPECT_EQ(h("10.0.0.1"), 0x03080ce4u);
  EXPECT_EQ(h("10.0.0.2"), 0x41cfde13u);
  EXPECT_EQ(h("192.168.0.1"), 0x8334668eu);
  EXPECT_EQ(h("192.168.0.100"), 0xc09b835cu);
  EXPECT_EQ(h("192.168.1.100"), 0xc15d2cf8u);
  EXPECT_EQ(h("203.0.113.7"), 0xa86e2c15u);
  EXPECT_EQ(h("8.8.8.8"), 0x325170ecu);
}

TEST(Mh, TableOfTheReference) {
  Bench b("mh");
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) b.add(a, 1);
  const auto to = [&](std::string_view client) { return b.pick(client)->addr.value & 255; };
  EXPECT_EQ(to("192.168.1.100"), 2u);
  EXPECT_EQ(to("203.0.113.7"), 3u);
  EXPECT_EQ(to("10.0.0.9"), 2u);
  EXPECT_EQ(to("8.8.8.8"), 2u);

  Bench weighted("mh");
  for (int i = 1; i <= 3; ++i) weighted.add("10.0.0." + std::to_string(i), i);
  EXPECT_EQ(weighted.pick("192.168.1.100")->addr.value & 255, 3u);
}

TEST(Mh, QuiescedServerKeepsItsSlots) {
  Bench b("mh");
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) b.add(a, 1);
  b.edit(*b.servers[1], 0);
  EXPECT_EQ(b.pick("8.8.8.8"), nullptr);
  EXPECT_EQ(b.pick("203.0.113.7")->addr.value & 255, 3u);
  b.service.flags = ipvs::service_flag::mh_fallback;
  ASSERT_NE(b.pick("8.8.8.8"), nullptr);
  EXPECT_NE(b.pick("8.8.8.8")->addr.value & 255, 2u);
}

TEST(Lblc, TargetStaysUntilItsServerNeedsHelp) {
  Bench b("lblc");
  Destination& one = b.add("10.0.0.1", 2);
  Destination& two = b.add("10.0.0.2", 2);
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  two.active_conns = 2;  // not above its weight
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.8"), &one);
  two.active_conns = 3;
  one.active_conns = 1;  // 1 * 2 is not below 2: it cannot help either
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  one.active_conns = 0;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &one);
  two.active_conns = 0;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &one);  // replaced for good
}

TEST(Lblc, ThresholdDoesNotLoosenTheTie) {
  Bench b("lblc");
  b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 1);
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  two.overloaded = true;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  EXPECT_NE(b.pick("1.1.1.1", 1, "9.9.9.8"), &two);
}

TEST(Lblc, DayOldEntriesAreForgotten) {
  Bench b("lblc");
  Destination& one = b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 1);
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  two.inactive_conns = 5;
  b.now = 23h;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  b.now = 23h + 25h;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &one);
}

TEST(Lblcr, SetGrowsAndShrinks) {
  Bench b("lblcr");
  Destination& one = b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 1);
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  two.active_conns = 2;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &one);  // joins
  one.active_conns = 1;
  two.active_conns = 0;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);  // the set's least
  b.now = 20h;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  b.now = 25h;  // a day after the last change: the busiest leaves
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
  two.active_conns = 1;
  one.active_conns = 0;
  EXPECT_EQ(b.pick("1.1.1.1", 1, "9.9.9.9"), &two);
}

TEST(Twos, DrawsByWeightAndTakesTheLessLoaded) {
  Bench b("twos");
  Destination& one = b.add("10.0.0.1", 1);
  Destination& two = b.add("10.0.0.2", 1);
  two.active_conns = 100;
  int to_one = 0;
  for (int i = 0; i < 3000; ++i) to_one += b.pick() == &one ? 1 : 0;
  // The first in the list, 2, is drawn with probability 2/3, twice with 4/9.
  EXPECT_NEAR(to_one, 3000 * 5 / 9, 120);
  EXPECT_FALSE(one.overloaded);
}

TEST(Schedulers, AllExplainThemselves) {
  for (const char* name :
       {"rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq", "fo", "ovf", "twos"}) {
    Bench b(name);
    b.add("10.0.0.1", 1);
    std::string why;
    Flow flow{.client = addr("1.2.3.4"),
              .target = addr("5.6.7.8"),
              .client_port = 1,
              .rng = &b.rng,
              .settings = &b.settings,
              .why = &why};
    EXPECT_EQ(b.scheduler->name(), name);
    EXPECT_NE(b.scheduler->schedule(b.service, flow), nullptr) << name;
    EXPECT_THAT(why, ::testing::StartsWith(std::string(name) + ": "));
  }
  EXPECT_EQ(ipvs::make_scheduler("none"), nullptr);
  EXPECT_EQ(ipvs::make_scheduler("WLC"), nullptr);
}

}  // namespace
}  // namespace lvs::test
