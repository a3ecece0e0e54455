// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP of a whole host: what it says about packets, how often.
#include "host/ip/icmp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/ip/icmp-bench.h"

namespace lvs::test {
namespace {

using host::Ipv4Key;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

TEST_F(IcmpTest, PortUnreachableComesFromTheAddressAskedFor) {
  box.add(box.lo(), "10.0.0.100/32");
  const Frame in = to_us() / Ip{.src = kClient, .dst = addr("10.0.0.100"), .tos = 0x10, .id = 5} /
                   Udp{.sport = 4000, .dport = 53} / Data::of(20);
  box.receive(0, in);
  const Frame out = to_client() / Ip{.src = addr("10.0.0.100"), .dst = kClient, .tos = 0xd0} /
                    Icmp{.type = 3, .code = 3} / quote_of(in);
  EXPECT_EQ(sent_one(), out);
}

TEST_F(IcmpTest, TimeExceededComesFromTheRoutersOwnAddress) {
  const Frame in = to_us() / Ip{.src = kClient, .dst = kServer, .ttl = 1} / Udp{.sport = 1, .dport = 2};
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 11, 0, in));
}

TEST_F(IcmpTest, InboundInterfaceChoosesTheSourceOnRequest) {
  box.add(eth0, "192.0.2.1/24");
  box.host.set_sysctl(Ipv4Key::icmp_errors_use_inbound_ifaddr, 1);
  know(eth0, addr("10.0.0.254"), kClientMac);
  const Frame in = to_us() / Ip{.src = kClient, .dst = kServer, .ttl = 1} / Udp{.sport = 1, .dport = 2};
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 11, 0, in));  // the address of eth0 in the client's subnet
}

TEST_F(IcmpTest, QuoteEndsAt576Bytes) {
  const Frame in = to_us() / Ip{.src = kClient, .dst = kOwn} / Udp{.sport = 1, .dport = 9} / Data::of(1400);
  box.receive(0, in);
  const Frame out = sent_one();
  EXPECT_EQ(out.size(), 14u + 576u);
  EXPECT_EQ(out, error(kOwn, 3, 3, in));
}

TEST_F(IcmpTest, FragmentationNeededTellsTheMtu) {
  box.host.set_mtu(eth1, 1000);
  const Frame in =
      to_us() / Ip{.src = kClient, .dst = kServer, .df = true} / Udp{.sport = 1, .dport = 2} / Data::of(1200);
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 3, 4, in, 1000));
}

TEST_F(IcmpTest, UnknownProtocolIsRefused) {
  const Frame in = to_us() / Ip{.src = kClient, .dst = kOwn, .protocol = 200} / Data::of(30);
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 3, 2, in));
}

TEST_F(IcmpTest, NoRouteIsNetUnreachableWithItsOwnLimit) {
  const Frame in = to_us() / Ip{.src = kClient, .dst = addr("203.0.113.1")} / Udp{.sport = 1, .dport = 2};
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 3, 0, in));
}

TEST_F(IcmpTest, NothingIsSaidAboutErrorsLaterFragmentsAndBroadcasts) {
  const Frame inner = to_us() / Ip{.src = kOwn, .dst = kClient} / Udp{.sport = 1, .dport = 2};
  const Ip expiring{.src = kClient, .dst = kServer, .ttl = 1};
  box.receive(0, (to_us() / expiring / Icmp{.type = 3, .code = 1} / quote_of(inner)).bytes());
  box.receive(0, (to_us() / expiring / Icmp{.type = 11} / quote_of(inner)).bytes());
  box.receive(0, (to_us() / expiring / Icmp{.type = 200} / quote_of(inner)).bytes());
  Ip later = expiring;
  later.offset = 64;
  later.protocol = 17;
  box.receive(0, (to_us() / later / Data::of(32)).bytes());
  box.receive(0, (Eth{.src = kClientMac, .dst = base::MacAddr::broadcast()} /
                  Ip{.src = kClient, .dst = addr("10.0.0.255")} / Udp{.sport = 1, .dport = 9})
                     .bytes());
  EXPECT_THAT(box.sent(0), IsEmpty());
  box.receive(0, (to_us() / expiring / Icmp{.type = 8}).bytes());  // about a query it may
  EXPECT_THAT(box.sent(0), SizeIs(1));
}

TEST_F(IcmpTest, QuoteKeepsBytesThatDoNotLieInTheHead) {
  const Frame in =
      to_us() / Ip{.src = kClient, .dst = kServer, .ttl = 1} / Tcp{.sport = 1, .dport = 2, .syn = true} / Data::of(300);
  box.receive(0, in);
  EXPECT_EQ(sent_one(), error(kOwn, 11, 0, in));
}

// --- limits ---

class IcmpLimitTest : public IcmpTest {
 protected:
  std::size_t errors(int tries, base::Ipv4Addr from = kClient) {
    for (int i = 0; i < tries; ++i) {
      box.receive(0, (to_us() / Ip{.src = from, .dst = kOwn} / Udp{.sport = 1, .dport = 9}).bytes());
    }
    return box.sent(0).size();
  }
};

TEST_F(IcmpLimitTest, SixAtOnceThenOneASecondToEachPeer) {
  EXPECT_EQ(errors(20), 6u);
  box.advance_to(500ms);
  EXPECT_EQ(errors(5), 0u);
  box.advance_to(1s);
  EXPECT_EQ(errors(5), 1u);
  box.advance_to(3500ms);
  EXPECT_EQ(errors(5), 2u);
  box.advance_to(60s);
  EXPECT_EQ(errors(20), 6u);
}

TEST_F(IcmpLimitTest, PeersAreCountedApart) {
  const base::Ipv4Addr other = addr("10.0.0.10");
  know(eth0, other, kClientMac);
  EXPECT_EQ(errors(20), 6u);
  EXPECT_EQ(errors(20, other), 6u);
}

TEST_F(IcmpLimitTest, RateIsASysctl) {
  box.host.set_sysctl(Ipv4Key::icmp_ratelimit, 0);
  box.host.set_sysctl(Ipv4Key::icmp_msgs_per_sec, 10000);
  box.host.set_sysctl(Ipv4Key::icmp_msgs_burst, 10000);
  EXPECT_EQ(errors(200), 200u);
}

TEST_F(IcmpLimitTest, WholeHostSendsABurstOfFifty) {
  std::size_t sent = 0;
  for (unsigned host = 20; host < 220; ++host) {
    know(eth0, base::Ipv4Addr::of(10, 0, 0, host), kClientMac);
    sent += errors(1, base::Ipv4Addr::of(10, 0, 0, host));
  }
  // The bucket holds 50; each message takes 0, 1 or 2 out of it.
  EXPECT_GE(sent, 25u);
  EXPECT_LE(sent, 90u);
}

TEST_F(IcmpLimitTest, FragmentationNeededIsNotLimited) {
  box.host.set_mtu(eth1, 1000);
  const Frame in =
      to_us() / Ip{.src = kClient, .dst = kServer, .df = true} / Udp{.sport = 1, .dport = 2} / Data::of(1200);
  for (int i = 0; i < 100; ++i) box.receive(0, in);
  EXPECT_THAT(box.sent(0), SizeIs(100));
}

// --- answers ---

TEST_F(IcmpTest, RedirectIsSentWithGrowingPauses) {
  know(eth0, addr("10.0.0.7"), kServerMac);
  box.host.set_sysctl(Ipv4Key::icmp_ratelimit, 0);
  const Frame in = to_us() / Ip{.src = kClient, .dst = addr("10.0.0.7"), .ttl = 9} / Udp{.sport = 1, .dport = 2};
  box.receive(0, in);
  const auto first = box.sent(0);
  ASSERT_THAT(first, SizeIs(2));  // the redirect, and the packet itself
  const Frame forwarded = to_us() / Ip{.src = kClient, .dst = addr("10.0.0.7"), .ttl = 8} / Udp{.sport = 1, .dport = 2};
  EXPECT_EQ(without_ip_id(first[0]), error(kOwn, 5, 1, forwarded, addr("10.0.0.7").value));
  std::size_t redirects = 0;
  for (auto at = 10ms; at <= 15s; at += 10ms) {
    box.advance_to(at);
    box.receive(0, in);
    redirects += box.sent(0).size() - 1;
  }
  EXPECT_EQ(redirects, 8u);  // nine in all, then the host is given up
}

TEST_F(IcmpTest, RedirectsAreASysctl) {
  box.host.set_conf_all(host::Conf::send_redirects, 0);
  box.host.set_conf(eth0, host::Conf::send_redirects, 0);
  box.receive(0,
              (to_us() / Ip{.src = kClient, .dst = addr("10.0.0.9"), .ttl = 9} / Udp{.sport = 1, .dport = 2}).bytes());
  EXPECT_THAT(box.sent(0), SizeIs(1));
}

TEST_F(IcmpTest, UnresolvedNeighbourIsAnErrorToTheSocketThatSent) {
  Listening udp;
  box.host.set_transport(17, &udp);
  const Frame frame = to_us() / Ip{.src = kOwn, .dst = addr("10.0.0.77")} / Udp{.sport = 5, .dport = 6};
  host::PacketPtr packet = host::Packet::from_frame(frame);
  packet->pull(14);
  box.host.ip_local_out(std::move(packet));
  box.advance_to(2900ms);
  EXPECT_THAT(udp.errors, IsEmpty());
  box.advance_to(3s);
  EXPECT_THAT(udp.errors, ElementsAre(0x301));
  EXPECT_EQ(udp.to, addr("10.0.0.77"));
}

// A host, no router: accept_redirects is on. The gateway advised must be a neighbour before it is believed.
}  // namespace
}  // namespace lvs::test
