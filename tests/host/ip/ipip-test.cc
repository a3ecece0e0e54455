// SPDX-License-Identifier: GPL-2.0-or-later
// IPIP tunnel devices: what is put around a packet, and what is taken off (RFC 2003, RFC 6040).
#include "host/router.h"

namespace lvs::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using trace::Drop;

constexpr std::uint8_t kIpip = 4;

// t0 leads from 10.1.0.1 to the server; 192.0.2.0/24 is behind it.
class IpipTest : public RouterTest {
 protected:
  IpipTest() {
    box.host.set_up(tunnel, true);
    box.add(tunnel, "172.16.0.1/30");
    host::FibRoute route;
    route.dst = prefix("192.0.2.0/24");
    route.dev = &tunnel;
    route.scope = host::Scope::link;
    EXPECT_EQ(box.host.fib.add(route), host::FibError::none);
  }
  // The bytes of a packet, without a link header, as the payload of another one.
  static Data inside(const Frame& frame) { return {{frame.begin() + 14, frame.end()}}; }

  const base::Ipv4Addr far = addr("192.0.2.7"), here = addr("10.1.0.1");
  host::Device& tunnel = box.host.add_tunnel("t0", addr("10.1.0.1"), addr("10.1.0.9"));
};

TEST_F(IpipTest, PutsAHeaderInFront) {
  EXPECT_EQ(tunnel.mtu, 1480u);
  const Udp udp{.sport = 4000, .dport = 53};
  receive(0, from_client() / Ip{.src = client, .dst = far, .ttl = 20, .tos = 0x10} / udp);
  const Frame inner = Eth{} / Ip{.src = client, .dst = far, .ttl = 19, .tos = 0x10} / udp;
  EXPECT_THAT(sent(1),
              ElementsAre(Frame(to_server() /
                                Ip{.src = here, .dst = server, .ttl = 19, .tos = 0x10, .df = true, .protocol = kIpip} /
                                inside(inner))));
  EXPECT_EQ(tunnel.counters.tx_packets, 1u);
}

TEST_F(IpipTest, TtlOfTheTunnelAndNoCongestionMarkOutside) {
  tunnel.tunnel_ttl = 99;
  const Udp udp{.sport = 4000, .dport = 53};
  receive(0, from_client() / Ip{.src = client, .dst = far, .tos = 3} / udp);
  const Frame inner = Eth{} / Ip{.src = client, .dst = far, .ttl = 63, .tos = 3} / udp;
  EXPECT_THAT(sent(1),
              ElementsAre(Frame(to_server() /
                                Ip{.src = here, .dst = server, .ttl = 99, .tos = 2, .df = true, .protocol = kIpip} /
                                inside(inner))));
}

TEST_F(IpipTest, WhatDoesNotFitIsRefused) {
  const Frame big =
      from_client() / Ip{.src = client, .dst = far, .df = true} / Udp{.sport = 4000, .dport = 53} / Data::of(1460);
  receive(0, big);
  EXPECT_THAT(sent(1), IsEmpty());
  const auto errors = sent(0);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0][34], 3);                              // destination unreachable
  EXPECT_EQ(errors[0][35], 4);                              // fragmentation needed
  EXPECT_EQ(base::load_be16(errors[0].data() + 40), 1480);  // the next hop's MTU
}

TEST_F(IpipTest, TakesTheHeaderOff) {
  const Udp udp{.sport = 53, .dport = 4000};
  const Frame inner = Eth{} / Ip{.src = far, .dst = client} / udp;
  receive(1, from_server() / Ip{.src = server, .dst = here, .protocol = kIpip} / inside(inner));
  EXPECT_THAT(sent(0), ElementsAre(Frame(to_client() / Ip{.src = far, .dst = client, .ttl = 63} / udp)));
  EXPECT_EQ(tunnel.counters.rx_packets, 1u);
}

TEST_F(IpipTest, ACongestionMarkGoesInsideWhereTheSenderKnowsIt) {
  const Udp udp{.sport = 53, .dport = 4000};
  const Frame able = Eth{} / Ip{.src = far, .dst = client, .tos = 2} / udp;
  receive(1, from_server() / Ip{.src = server, .dst = here, .tos = 3, .protocol = kIpip} / inside(able));
  EXPECT_THAT(sent(0), ElementsAre(Frame(to_client() / Ip{.src = far, .dst = client, .ttl = 63, .tos = 3} / udp)));
  const Frame unable = Eth{} / Ip{.src = far, .dst = client} / udp;
  receive(1, from_server() / Ip{.src = server, .dst = here, .tos = 3, .protocol = kIpip} / inside(unable));
  EXPECT_THAT(sent(0), IsEmpty());
  EXPECT_EQ(box.host.drops(Drop::ip_inhdr), 1u);
  EXPECT_EQ(tunnel.counters.rx_errors, 1u);
}

TEST_F(IpipTest, ATunnelThatNobodyHasIsPortUnreachable) {
  const Frame inner = Eth{} / Ip{.src = far, .dst = client} / Udp{.sport = 53, .dport = 4000};
  receive(0, from_client() / Ip{.src = client, .dst = own, .protocol = kIpip} / inside(inner));
  EXPECT_EQ(box.host.drops(Drop::tunnel_no_device), 1u);
  const auto errors = sent(0);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0][34], 3);
  EXPECT_EQ(errors[0][35], 3);
}

}  // namespace
}  // namespace lvs::test
