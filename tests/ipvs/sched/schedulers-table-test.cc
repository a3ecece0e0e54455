// SPDX-License-Identifier: GPL-2.0-or-later
// The schedulers that keep tables: hashing, locality, chance (schedulers.md).
#include <map>

#include "base/siphash.h"
#include "scheduler-bench.h"

namespace lvs::test {
namespace {

using Bench = SchedulerBench;

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
  const auto h = [&](std::string_view a) { return base::hsiphash_u32(addr(a).value, {key, key}); };
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
  for (const std::string_view name : ipvs::scheduler_names()) {
    Bench b(name);
    b.add("10.0.0.1", 1);
    trace::Phrases why;
    Flow flow{.client = addr("1.2.3.4"),
              .target = addr("5.6.7.8"),
              .client_port = 1,
              .rng = &b.rng,
              .settings = &b.settings,
              .why = &why};
    EXPECT_EQ(b.scheduler->name(), name);
    EXPECT_NE(b.scheduler->schedule(b.service, flow), nullptr) << name;
    EXPECT_THAT(trace::text_of(why), ::testing::StartsWith(std::string(name) + ": "));
  }
  EXPECT_EQ(ipvs::make_scheduler("none"), nullptr);
  EXPECT_EQ(ipvs::make_scheduler("WLC"), nullptr);
}

}  // namespace
}  // namespace lvs::test
