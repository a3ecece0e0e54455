// SPDX-License-Identifier: GPL-2.0-or-later
// Lookups that `ip route get` cannot show: path MTUs, redirects, groups, drop reasons, what is remembered and
// forgotten.
#include <gtest/gtest.h>

#include "support/test-host.h"

namespace lvs::test {
namespace {

using namespace lvs::host;
using namespace std::chrono_literals;
using trace::Drop;

class FibLookup : public testing::Test {
 protected:
  FibLookup() : h("host") {
    h.add(h.eth(0), "10.0.0.1/24");
    h.add(h.eth(1), "10.0.1.1/24");
    FibRoute route;
    route.dst = prefix("0.0.0.0/0");
    route.gateway = addr("10.0.0.9");
    EXPECT_EQ(h.host.fib.add(route), FibError::none);
  }

  Route input(std::string_view src, std::string_view dst, unsigned in = 0) {
    return h.host.fib.input({.dst = addr(dst), .src = addr(src), .in = &h.eth(in)}, drop);
  }
  Route output(std::string_view dst) { return h.host.fib.output({.dst = addr(dst)}); }

  TestHost h;
  Drop drop{};
};

TEST_F(FibLookup, EveryMartianHasItsReason) {
  const struct {
    std::string_view src, dst;
    Drop drop;
  } rows[] = {
      {"10.0.0.5", "10.0.0.1", Drop::none},
      {"10.0.1.1", "10.0.0.1", Drop::ip_martian_source},
      {"224.0.0.5", "10.0.0.1", Drop::ip_invalid_source},
      {"255.255.255.255", "10.0.0.1", Drop::ip_invalid_source},
      {"0.0.0.0", "10.0.0.1", Drop::ip_invalid_source},
      {"0.0.0.0", "255.255.255.255", Drop::none},
      {"0.0.0.0", "0.0.0.0", Drop::none},
      {"127.0.0.1", "10.0.0.1", Drop::ip_invalid_source},
      {"10.0.0.5", "127.0.0.1", Drop::ip_martian_destination},
      {"10.0.0.5", "0.0.0.0", Drop::ip_martian_destination},
      {"10.0.0.1", "255.255.255.255", Drop::ip_martian_source},
      {"10.0.0.5", "224.0.0.1", Drop::none},
      {"10.0.0.5", "224.0.0.18", Drop::ip_martian_destination},
  };
  for (const auto& row : rows) {
    input(row.src, row.dst);
    EXPECT_EQ(drop, row.drop) << row.src << " to " << row.dst << ": " << trace::name_of(drop);
  }
  h.host.set_conf(h.eth(0), Conf::rp_filter, 1);
  input("10.0.1.5", "10.0.0.1");
  EXPECT_EQ(drop, Drop::ip_rpfilter);
}

TEST_F(FibLookup, TellsWhichErrorARouterSends) {
  FibRoute route;
  route.type = RouteType::prohibit;
  route.dst = prefix("10.6.0.0/16");
  ASSERT_EQ(h.host.fib.add(route), FibError::none);
  EXPECT_EQ(input("10.0.0.5", "10.6.0.1").type, RouteType::unreachable);
  EXPECT_EQ(input("10.0.0.5", "10.6.0.1").error, RouteError::host_unreachable);
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);
  EXPECT_EQ(input("10.0.0.5", "10.6.0.1").type, RouteType::prohibit);
  EXPECT_EQ(input("10.0.0.5", "10.6.0.1").error, RouteError::prohibited);
  EXPECT_EQ(drop, Drop::none);
}

TEST_F(FibLookup, AnswersFromTheAddressThatWasAsked) {
  EXPECT_EQ(input("10.0.0.5", "10.0.1.1").src, addr("10.0.1.1"));
  EXPECT_EQ(input("10.0.0.5", "10.0.0.255").src, addr("10.0.0.1"));
  EXPECT_EQ(input("10.0.0.5", "255.255.255.255").src, addr("10.0.0.1"));
  EXPECT_EQ(input("0.0.0.0", "255.255.255.255", 1).src, addr("10.0.1.1"));
  EXPECT_EQ(input("10.0.1.5", "224.0.0.1").src, addr("10.0.1.1"));
}

TEST_F(FibLookup, JoinedGroupsAreDelivered) {
  EXPECT_EQ(input("10.0.0.5", "224.0.0.18").type, RouteType::none);
  h.eth(0).multicast_groups.push_back(addr("224.0.0.18"));
  h.host.fib.flush_cache();
  EXPECT_EQ(input("10.0.0.5", "224.0.0.18").type, RouteType::multicast);
  const Route out = h.host.fib.output({.dst = addr("224.0.0.18"), .out = &h.eth(0)});
  EXPECT_EQ(out.type, RouteType::multicast);
  EXPECT_TRUE(out.also_local);
  EXPECT_TRUE(out.gateway.is_any());
}

// RFC 1191 as ip_rt_update_pmtu() does it.
TEST_F(FibLookup, LearnsAndForgetsPathMtus) {
  h.host.fib.update_pmtu(addr("10.7.0.1"), 1400, h.host.now());
  EXPECT_EQ(output("10.7.0.1").mtu, 1400u);
  EXPECT_EQ(output("10.7.0.2").mtu, 1500u);
  h.host.fib.update_pmtu(addr("10.7.0.1"), 1450, h.host.now());  // larger than known: not believed
  EXPECT_EQ(output("10.7.0.1").mtu, 1400u);
  h.advance_to(599s);
  EXPECT_EQ(output("10.7.0.1").mtu, 1400u);
  h.advance_to(601s);
  EXPECT_EQ(output("10.7.0.1").mtu, 1500u);
}

TEST_F(FibLookup, TakesNoPathForNarrowerThanMinPmtu) {
  h.host.fib.update_pmtu(addr("10.7.0.1"), 100, h.host.now());
  EXPECT_EQ(output("10.7.0.1").mtu, 552u);
  EXPECT_TRUE(output("10.7.0.1").mtu_locked);
  h.host.fib.update_pmtu(addr("10.7.0.1"), 68, h.host.now());
  EXPECT_EQ(output("10.7.0.1").mtu, 552u);
}

TEST_F(FibLookup, RoutersTrustTheirLinksNotPathMtus) {
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);
  h.host.fib.update_pmtu(addr("10.7.0.1"), 1400, h.host.now());
  EXPECT_EQ(input("10.0.1.5", "10.7.0.1", 1).mtu, 1500u);
  h.host.set_sysctl(Ipv4Key::ip_forward_use_pmtu, 1);
  EXPECT_EQ(input("10.0.1.5", "10.7.0.1", 1).mtu, 1400u);
}

TEST_F(FibLookup, WhatWasLearnedDiesWithTheRoute) {
  h.host.fib.update_pmtu(addr("10.7.0.1"), 1400, h.host.now());
  FibRoute route;
  route.dst = prefix("10.7.0.0/16");
  route.gateway = addr("10.0.1.9");
  ASSERT_EQ(h.host.fib.add(route), FibError::none);
  EXPECT_EQ(output("10.7.0.1").mtu, 1500u);
}

TEST_F(FibLookup, PathMtuFollowsTheDevice) {
  h.host.fib.update_pmtu(addr("10.7.0.1"), 1400, h.host.now());
  h.host.set_mtu(h.eth(0), 1300);
  EXPECT_EQ(output("10.7.0.1").mtu, 1300u);
  h.host.set_mtu(h.eth(0), 1500);
  EXPECT_EQ(output("10.7.0.1").mtu, 1500u);
}

TEST_F(FibLookup, FollowsARedirectFromItsGatewayOnly) {
  const auto allowed = [&](std::string_view from, std::string_view to) {
    return h.host.fib.redirect_allowed(h.eth(0), addr("10.7.0.1"), addr(from), addr(to));
  };
  EXPECT_TRUE(allowed("10.0.0.9", "10.0.0.8"));
  EXPECT_FALSE(allowed("10.0.0.7", "10.0.0.8"));
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.0.9"));
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.0.1"));
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.0.255"));
  h.host.fib.update_redirect(addr("10.7.0.1"), addr("10.0.0.8"), h.host.now());
  EXPECT_EQ(output("10.7.0.1").gateway, addr("10.0.0.8"));
  EXPECT_EQ(output("10.7.0.2").gateway, addr("10.0.0.9"));
  EXPECT_TRUE(allowed("10.0.0.8", "10.0.0.7"));
  h.advance_to(301s);
  EXPECT_EQ(output("10.7.0.1").gateway, addr("10.0.0.9"));

  h.host.set_conf_all(Conf::shared_media, 0);
  h.host.set_conf(h.eth(0), Conf::shared_media, 0);
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.5.8"));
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.0.8"));  // secure_redirects: no gateway of ours
  h.host.set_conf_all(Conf::secure_redirects, 0);
  h.host.set_conf(h.eth(0), Conf::secure_redirects, 0);
  EXPECT_TRUE(allowed("10.0.0.9", "10.0.0.8"));
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);  // a router takes none
  EXPECT_FALSE(allowed("10.0.0.9", "10.0.0.8"));
}

TEST_F(FibLookup, RedirectsAreSentToNeighboursOnly) {
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);
  EXPECT_TRUE(input("10.0.0.5", "10.7.0.1").redirect);
  EXPECT_FALSE(input("10.77.0.5", "10.7.0.1").redirect);    // came by a gateway
  EXPECT_FALSE(input("10.0.1.5", "10.7.0.1", 1).redirect);  // leaves elsewhere
  h.host.set_conf_all(Conf::shared_media, 0);
  h.host.set_conf(h.eth(0), Conf::shared_media, 0);
  EXPECT_TRUE(input("10.0.0.5", "10.7.0.1").redirect);
  EXPECT_EQ(input("10.0.0.5", "10.7.0.1").gateway, addr("10.0.0.9"));
}

TEST_F(FibLookup, BroadcastsAreForwardedIfToldSo) {
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);
  EXPECT_EQ(input("10.0.0.5", "10.0.1.255").type, RouteType::broadcast);
  h.host.set_conf_all(Conf::bc_forwarding, 1);
  h.host.set_conf(h.eth(0), Conf::bc_forwarding, 1);
  EXPECT_EQ(input("10.0.0.5", "10.0.1.255").type, RouteType::unicast);
  EXPECT_EQ(input("10.0.0.5", "10.0.1.255").dev, &h.eth(1));
}

TEST_F(FibLookup, ArpAsksForNeitherBroadcastsNorTheWayBack) {
  h.host.set_sysctl(Ipv4Key::ip_forward, 1);
  const auto ask = [&](std::string_view dst) {
    return h.host.fib.input({.dst = addr(dst), .src = addr("10.0.0.5"), .in = &h.eth(0), .arp = true}, drop).type;
  };
  EXPECT_EQ(ask("10.0.0.1"), RouteType::local);
  EXPECT_EQ(ask("10.0.0.255"), RouteType::none);
  EXPECT_EQ(ask("10.0.0.7"), RouteType::none);
  EXPECT_EQ(ask("10.0.1.7"), RouteType::unicast);
  h.host.set_conf(h.eth(0), Conf::proxy_arp_pvlan, 1);
  EXPECT_EQ(ask("10.0.0.7"), RouteType::unicast);
}

// IPVS DR: the neighbour is the real server, whatever the IP header says.
TEST_F(FibLookup, KnownNextHopNamesTheNeighbour) {
  Route route = h.host.fib.output({.dst = addr("10.0.0.11"), .known_next_hop = true});
  EXPECT_TRUE(route.known_next_hop);
  EXPECT_EQ(route.gateway, addr("10.0.0.11"));
  route = h.host.fib.output({.dst = addr("10.7.0.11"), .known_next_hop = true});
  EXPECT_EQ(route.gateway, addr("10.0.0.9"));
  EXPECT_EQ(output("10.0.0.11").gateway, base::Ipv4Addr::any());
}

TEST_F(FibLookup, SourcesNeedNotBeOursIfSaidSo) {
  FlowKey key{.dst = addr("10.0.1.5"), .src = addr("172.16.0.1")};
  EXPECT_FALSE(h.host.fib.output(key).valid());
  key.any_source = true;
  EXPECT_EQ(h.host.fib.output(key).dev, &h.eth(1));
}

TEST_F(FibLookup, KindsOfAddresses) {
  const Fib& fib = h.host.fib;
  EXPECT_EQ(fib.address_type(addr("10.0.0.1")), RouteType::local);
  EXPECT_EQ(fib.address_type(addr("127.9.9.9")), RouteType::local);
  EXPECT_EQ(fib.address_type(addr("10.0.0.255")), RouteType::broadcast);
  EXPECT_EQ(fib.address_type(addr("255.255.255.255")), RouteType::broadcast);
  EXPECT_EQ(fib.address_type(addr("0.0.0.0")), RouteType::broadcast);
  EXPECT_EQ(fib.address_type(addr("224.1.1.1")), RouteType::multicast);
  EXPECT_EQ(fib.address_type(addr("10.0.0.5")), RouteType::unicast);
  EXPECT_EQ(fib.address_type(addr("192.0.2.1")), RouteType::unicast);
  EXPECT_EQ(fib.address_type_on(&h.eth(1), addr("10.0.0.1")), RouteType::unicast);
  EXPECT_EQ(fib.address_type_on(&h.eth(0), addr("10.0.0.1")), RouteType::local);
}

TEST_F(FibLookup, SelectsAnAddressByScopeAndSubnet) {
  h.add(h.eth(0), "10.0.2.1/24");
  h.add(h.eth(0), "10.0.2.2/24");
  h.add(h.eth(0), "10.0.3.1/24", Scope::link);
  h.add(h.lo(), "10.0.9.1/32");
  Device& bare = h.eth(2);
  const Fib& fib = h.host.fib;
  EXPECT_EQ(fib.select_address(&h.eth(0), addr("10.0.2.7"), Scope::link), addr("10.0.2.1"));
  EXPECT_EQ(fib.select_address(&h.eth(0), addr("10.0.3.7"), Scope::link), addr("10.0.3.1"));
  EXPECT_EQ(fib.select_address(&h.eth(0), addr("10.0.3.7"), Scope::global), addr("10.0.0.1"));
  EXPECT_EQ(fib.select_address(&h.eth(0), {}, Scope::global), addr("10.0.0.1"));
  EXPECT_EQ(fib.select_address(&bare, {}, Scope::global), addr("10.0.9.1"));  // lo comes first
  EXPECT_EQ(fib.select_address(nullptr, {}, Scope::global), addr("10.0.9.1"));
  // Of one interface's primaries, those of narrower scope come first.
  EXPECT_EQ(fib.select_address(&h.lo(), {}, Scope::host), addr("127.0.0.1"));
  EXPECT_EQ(fib.select_address(&h.eth(0), addr("127.0.0.5"), Scope::host), addr("10.0.3.1"));
}

TEST_F(FibLookup, ForgetsNothingTooLate) {
  EXPECT_EQ(input("10.0.0.5", "10.0.0.50").error, RouteError::host_unreachable);
  h.add(h.lo(), "10.0.0.50/32");
  EXPECT_EQ(input("10.0.0.5", "10.0.0.50").type, RouteType::local);
  input("10.0.0.50", "10.0.0.1");
  EXPECT_EQ(drop, Drop::ip_martian_source);
  h.remove(h.lo(), "10.0.0.50/32");
  input("10.0.0.50", "10.0.0.1");
  EXPECT_EQ(drop, Drop::none);
  const std::uint32_t before = h.host.fib.generation();
  h.host.set_up(h.eth(1), false);
  EXPECT_NE(h.host.fib.generation(), before);
}

TEST_F(FibLookup, RemovedDevicesLeaveNothingBehind) {
  Device& tunnel = h.host.add_tunnel("tun1", addr("10.0.0.1"), addr("10.0.1.9"));
  EXPECT_EQ(tunnel.mtu, 1480u);
  h.host.set_up(tunnel, true);
  h.add(tunnel, "10.9.0.1/24");
  EXPECT_EQ(output("10.9.0.7").dev, &tunnel);
  EXPECT_EQ(h.host.remove_device(tunnel), ConfigError::none);
  EXPECT_EQ(h.host.device("tun1"), nullptr);
  EXPECT_EQ(output("10.9.0.7").dev, &h.eth(0));
  EXPECT_FALSE(h.host.fib.is_local(addr("10.9.0.1")));
  EXPECT_EQ(h.host.remove_device(h.lo()), ConfigError::busy);
  EXPECT_EQ(h.host.remove_device(*h.host.device("tunl0")), ConfigError::busy);
}

TEST_F(FibLookup, ThousandsOfRoutesAreFound) {
  for (unsigned i = 0; i < 1000; ++i) {
    FibRoute route;
    route.dst = {{(20u << 24) + (i << 8)}, 24};
    route.gateway = i % 2 == 0 ? addr("10.0.0.8") : addr("10.0.1.8");
    ASSERT_EQ(h.host.fib.add(route), FibError::none);
  }
  for (unsigned i = 0; i < 1000; ++i) {
    const Route route = h.host.fib.output({.dst = {(20u << 24) + (i << 8) + 7}});
    EXPECT_EQ(route.gateway, i % 2 == 0 ? addr("10.0.0.8") : addr("10.0.1.8"));
  }
  EXPECT_EQ(output("30.0.0.1").gateway, addr("10.0.0.9"));
}

}  // namespace
}  // namespace lvs::test
