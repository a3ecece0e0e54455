// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP that comes in: what is answered, and whom it reaches.
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
using trace::Drop;
using namespace std::chrono_literals;

TEST_F(IcmpTest, EchoIsAnsweredFromTheAddressAskedWithItsTos) {
  box.add(box.lo(), "10.0.0.100/32");
  const Icmp request{.type = 8, .rest = 0x12340001};
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = addr("10.0.0.100"), .ttl = 3, .tos = 0x48, .df = true} / request /
                  Data::of(600))
                     .bytes());
  const Frame out = to_client() / Ip{.src = addr("10.0.0.100"), .dst = kClient, .tos = 0x48} /
                    Icmp{.type = 0, .rest = 0x12340001} / Data::of(600);
  EXPECT_EQ(sent_one(), out);
}

TEST_F(IcmpTest, LargeEchoIsAnsweredInFragments) {
  box.host.set_mtu(eth0, 576);
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 8} / Data::of(1000)).bytes());
  EXPECT_THAT(box.sent(0), SizeIs(2));
}

TEST_F(IcmpTest, BadChecksumIsANamedDrop) {
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 8, .checksum = 1} / Data::of(8)).bytes());
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn, .protocol = 1} / Data{{8, 0, 0xf7, 0xff}}).bytes());
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(box.host.drops(Drop::icmp_csum), 1u);
  EXPECT_EQ(box.host.drops(Drop::pkt_too_small), 1u);
}

TEST_F(IcmpTest, EchoCanBeIgnored) {
  const Frame ping = to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 8};
  const Frame broadcast = Eth{.src = kClientMac, .dst = base::MacAddr::broadcast()} /
                          Ip{.src = kClient, .dst = addr("10.0.0.255")} / Icmp{.type = 8};
  box.receive(0, broadcast);
  EXPECT_THAT(box.sent(0), IsEmpty());
  box.host.set_sysctl(Ipv4Key::icmp_echo_ignore_broadcasts, 0);
  box.receive(0, broadcast);
  const Frame out = to_client() / Ip{.src = kOwn, .dst = kClient} / Icmp{.type = 0};
  EXPECT_EQ(sent_one(), out);
  box.host.set_sysctl(Ipv4Key::icmp_echo_ignore_all, 1);
  box.receive(0, ping);
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(box.host.drops(Drop::icmp_ignored), 2u);
}

TEST_F(IcmpTest, RecordRouteIsCarriedOnInTheAnswer) {
  const std::vector<std::uint8_t> route{7, 15, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn, .options = route} / Icmp{.type = 8}).bytes());
  const std::vector<std::uint8_t> recorded{7, 15, 12, 10, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0};
  const Frame out = to_client() / Ip{.src = kOwn, .dst = kClient, .options = recorded} / Icmp{.type = 0};
  EXPECT_EQ(sent_one(), out);
}

// Linux reads options until it meets a fault: the record before it comes back, the timestamps at fault do not.
TEST_F(IcmpTest, OptionsBehindAFaultAreNotEchoed) {
  const std::vector<std::uint8_t> in{7, 7, 4, 0, 0, 0, 0, 1, 0x44, 8, 9, 0xf0, 0, 0, 0, 1};
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn, .options = in} / Icmp{.type = 8}).bytes());
  const Frame out = sent_one();
  ASSERT_GT(out.size(), 14u + 28u + 8u);
  EXPECT_EQ(out[14], 0x47);     // two words of options
  EXPECT_EQ(out[34], 7);        // record route
  EXPECT_EQ(out[34 + 8], 12);   // ICMP parameter problem
  EXPECT_EQ(out[34 + 12], 31);  // at the overflow of the timestamps
}

TEST_F(IcmpTest, TimestampHasThreeTimes) {
  box.advance_to(5s);
  box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 13, .rest = 0x00010002} /
                  Data{{0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3}})
                     .bytes());
  const Frame out = to_client() / Ip{.src = kOwn, .dst = kClient} / Icmp{.type = 14, .rest = 0x00010002} /
                    Data{{0, 0, 0, 7, 0, 0, 0x13, 0x88, 0, 0, 0x13, 0x88}};
  EXPECT_EQ(sent_one(), out);
}

// --- errors from others ---

TEST_F(IcmpTest, ErrorsReachTheTransportThatSentThePacket) {
  Listening udp;
  box.host.set_transport(17, &udp);
  const Frame ours = to_us() / Ip{.src = kOwn, .dst = kServer} / Udp{.sport = 5, .dport = 6} / Data::of(30);
  const auto hear = [&](std::uint8_t type, std::uint8_t code, std::size_t quoted = 548) {
    box.receive(0,
                (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = type, .code = code} / quote_of(ours, quoted))
                    .bytes());
  };
  hear(3, 1);
  hear(11, 0);
  hear(12, 0);
  EXPECT_THAT(udp.errors, ElementsAre(0x301, 0xb00, 0xc00));
  EXPECT_EQ(udp.to, kServer);
  hear(11, 1);     // reassembly time exceeded
  hear(3, 16);     // no such code
  hear(3, 1, 27);  // not eight bytes of transport header
  hear(3, 1, 10);
  EXPECT_THAT(udp.errors, SizeIs(3));
  EXPECT_EQ(box.host.drops(Drop::pkt_too_small), 2u);
}

TEST_F(IcmpTest, FragmentationNeededLowersThePathMtu) {
  Listening udp;
  box.host.set_transport(17, &udp);
  const auto hear = [&](base::Ipv4Addr from, std::uint32_t mtu) {
    const Frame quoted = to_us() / Ip{.src = from, .dst = kServer} / Udp{.sport = 5, .dport = 6} / Data::of(30);
    box.receive(0,
                (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 3, .code = 4, .rest = mtu} / quote_of(quoted))
                    .bytes());
    return box.host.fib.output({.dst = kServer}).mtu;
  };
  EXPECT_EQ(hear(addr("10.9.9.9"), 1300), 1500u);  // not our packet
  box.host.set_sysctl(Ipv4Key::ip_no_pmtu_disc, 2);
  EXPECT_EQ(hear(kOwn, 1300), 1500u);
  box.host.set_sysctl(Ipv4Key::ip_no_pmtu_disc, 0);
  EXPECT_EQ(hear(kOwn, 1300), 1300u);
  EXPECT_EQ(hear(kOwn, 1400), 1300u);  // never up
  EXPECT_EQ(hear(kOwn, 100), 552u);    // min_pmtu
}

TEST(IcmpRedirectReceived, ChangesTheWayOnceTheNewGatewayIsKnown) {
  TestHost box("h");
  Listening udp;
  box.host.set_transport(17, &udp);
  host::Device& eth0 = box.eth(0);
  box.add(eth0, "10.0.0.1/24");
  host::FibRoute route;
  route.gateway = kClient;
  ASSERT_EQ(box.host.fib.add(route), host::FibError::none);
  const base::Ipv4Addr far = addr("203.0.113.5"), better = addr("10.0.0.8");
  const auto hear = [&](base::Ipv4Addr from, base::Ipv4Addr advised) {
    const Frame ours = Eth{} / Ip{.src = kOwn, .dst = far} / Udp{.sport = 5, .dport = 6};
    box.receive(0, (Eth{.src = kClientMac, .dst = eth0.mac} / Ip{.src = from, .dst = kOwn} /
                    Icmp{.type = 5, .code = 1, .rest = advised.value} / quote_of(ours))
                       .bytes());
    return box.host.fib.output({.dst = far}).gateway;
  };
  EXPECT_EQ(hear(kClient, better), kClient);
  ASSERT_THAT(box.sent(0), SizeIs(1));  // who has 10.0.0.8?
  box.receive(0,
              (Eth{.src = kServerMac, .dst = eth0.mac} / Arp{wire::Arp::Op::reply, kServerMac, better, eth0.mac, kOwn})
                  .bytes());
  EXPECT_EQ(hear(addr("10.0.0.66"), better), kClient);  // not the gateway speaks
  EXPECT_EQ(hear(kClient, addr("224.0.0.1")), kClient);
  EXPECT_EQ(hear(kClient, kOwn), kClient);
  EXPECT_EQ(hear(kClient, better), better);
}

TEST_F(IcmpTest, EchoRepliesGoToListeners) {
  struct Seen {
    static void hear(void* self, const host::Packet& packet) {
      static_cast<Seen*>(self)->seqs.push_back(packet.transport()[7]);
    }
    std::vector<int> seqs;
  } seen;
  const auto hear = [&](std::uint32_t seq) {
    box.receive(0, (to_us() / Ip{.src = kClient, .dst = kOwn} / Icmp{.type = 0, .rest = seq}).bytes());
  };
  hear(1);
  EXPECT_EQ(box.host.drops(Drop::no_socket), 1u);
  box.host.icmp.add_listener(&Seen::hear, &seen);
  hear(2);
  box.host.icmp.remove_listener(&Seen::hear, &seen);
  hear(3);
  EXPECT_THAT(seen.seqs, ElementsAre(2));
}

}  // namespace
}  // namespace lvs::test
