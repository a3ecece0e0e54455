// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/hosts and /etc/resolv.conf. The order of names is glibc 2.36's, as `getent hosts` asked for them in the referee.
#include "control/names/hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/machine/machine.h"

namespace lvs::control {
namespace {

using base::Ipv4Addr;
using testing::ElementsAre;

TEST(Hosts, EveryLineWithTheNameCounts) {
  constexpr std::string_view kText = "# no\n10.0.0.1 a www # b\n10.0.0.2\tWWW\nfe80::1 www\n10.0.0.3\n";
  EXPECT_THAT(addresses_in_hosts(kText, "www"), ElementsAre(Ipv4Addr::of(10, 0, 0, 1), Ipv4Addr::of(10, 0, 0, 2)));
  EXPECT_TRUE(addresses_in_hosts(kText, "b").empty());
  EXPECT_EQ(name_in_hosts(kText, Ipv4Addr::of(10, 0, 0, 1)), "a");
  EXPECT_FALSE(name_in_hosts(kText, Ipv4Addr::of(10, 0, 0, 3)));
}

TEST(ResolvConf, ServersDomainsAndOptions) {
  const ResolvConf conf = read_resolv_conf(
      "; no\nnameserver 10.0.0.1\nnameserver x\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n"
      "domain a\nsearch b c\noptions ndots:2 timeout:99 attempts:0 rotate nothing:1\n");
  EXPECT_THAT(conf.servers,
              ElementsAre(Ipv4Addr::of(10, 0, 0, 1), Ipv4Addr::of(10, 0, 0, 2), Ipv4Addr::of(10, 0, 0, 3)));
  EXPECT_THAT(conf.search, ElementsAre("b", "c"));
  EXPECT_EQ(conf.ndots, 2u);
  EXPECT_EQ(conf.timeout, 30u);
  EXPECT_EQ(conf.attempts, 1u);
  EXPECT_TRUE(conf.rotate);
  EXPECT_THAT(read_resolv_conf("").servers, ElementsAre(Ipv4Addr::of(127, 0, 0, 1)));
}

TEST(ResolvConf, NamesWithFewDotsAreSearchedForFirst) {
  const ResolvConf conf = read_resolv_conf("search example.com b\n");
  EXPECT_THAT(names_to_ask(conf, "www"), ElementsAre("www.example.com", "www.b", "www"));
  EXPECT_THAT(names_to_ask(conf, "w.x"), ElementsAre("w.x", "w.x.example.com", "w.x.b"));
  EXPECT_THAT(names_to_ask(conf, "w.x."), ElementsAre("w.x"));
}

class StillClock final : public base::Clock {
 public:
  base::Time now() const override { return {}; }
  void wake_at(base::Time) override {}
};

class Nowhere final : public host::Port {
 public:
  void transmit(host::PacketPtr) override {}
};

// 10.0.0.101 and .102 begin with the same bits as seen from .1; from .100 the first has more of them.
TEST(OrderOfTrial, SharedBitsCountWithinOneNetworkAlone) {
  StillClock clock;
  Nowhere wire;
  Machine machine("c", 1, 1, clock);
  host::Device& eth0 = machine.host().add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &wire);
  machine.host().set_up(eth0, true);
  const Ipv4Addr one = Ipv4Addr::of(10, 0, 0, 102), other = Ipv4Addr::of(10, 0, 0, 101);
  machine.run("ip addr add 10.0.0.1/24 dev eth0");
  EXPECT_THAT(in_order_of_trial(machine.host(), {one, other}), ElementsAre(one, other));
  machine.run("ip addr del 10.0.0.1/24 dev eth0\nip addr add 10.0.0.100/24 dev eth0");
  EXPECT_THAT(in_order_of_trial(machine.host(), {one, other}), ElementsAre(other, one));
  // Not of another network, and those without a way there are last.
  machine.run(
      "ip addr del 10.0.0.100/24 dev eth0\nip addr add 10.0.0.100/32 dev eth0\nip route add 10.0.0.102 dev eth0");
  EXPECT_THAT(in_order_of_trial(machine.host(), {other, one}), ElementsAre(one, other));
}

}  // namespace
}  // namespace lvs::control
