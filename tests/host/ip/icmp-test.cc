// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP of a whole host: what it says about packets, what it answers, how often.
#include "host/ip/icmp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test-host.h"

namespace lvs::test {
namespace {

using host::Ipv4Key;
using host::NeighbourState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using trace::Drop;
using namespace std::chrono_literals;

const base::MacAddr kClientMac = mac("02:00:00:00:00:0a");
const base::MacAddr kServerMac = mac("02:00:00:00:00:0b");
const base::Ipv4Addr kClient = addr("10.0.0.9");
const base::Ipv4Addr kServer = addr("10.1.0.9");
const base::Ipv4Addr kOwn = addr("10.0.0.1");

// A router: eth0 towards the client, eth1 towards a server; the neighbours are known.
class IcmpTest : public testing::Test {
 protected:
  IcmpTest() {
    box.add(eth0, "10.0.0.1/24");
    box.add(eth1, "10.1.0.1/24");
    box.host.set_sysctl(Ipv4Key::ip_forward, 1);
    know(eth0, kClient, kClientMac);
    know(eth1, kServer, kServerMac);
    box.sent(0);
  }
  void know(host::Device& dev, base::Ipv4Addr who, base::MacAddr where) {
    host::Neighbour& entry = box.host.neighbours.find_or_create(dev, who);
    box.host.neighbours.update(entry, where, NeighbourState::permanent, {.override_ = true, .admin = true});
  }
  Eth to_us() const { return {.src = kClientMac, .dst = eth0.mac}; }
  Eth to_client() const { return {.src = eth0.mac, .dst = kClientMac}; }
  Frame sent_one() {
    const auto frames = box.sent(0);
    EXPECT_THAT(frames, SizeIs(1));
    return frames.empty() ? Frame{} : without_ip_id(frames.front());
  }
  // The error that is due about a frame as it was when the fault was found.
  Frame error(base::Ipv4Addr from, std::uint8_t type, std::uint8_t code, const Frame& about,
              std::uint32_t rest = 0) const {
    return to_client() / Ip{.src = from, .dst = kClient, .tos = 0xc0} / Icmp{.type = type, .code = code, .rest = rest} /
           quote_of(about);
  }

  TestHost box{"r"};
  host::Device& eth0 = box.eth(0);
  host::Device& eth1 = box.eth(1);
};

// --- errors ---

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

struct Listening : host::TransportHandler {
  void deliver(host::PacketPtr) override {}
  void error(const host::Packet& packet, const std::uint8_t* quoted) override {
    errors.push_back(packet.transport()[0] << 8 | packet.transport()[1]);
    to = wire::ConstIpv4{quoted}.dst();
  }
  std::vector<int> errors;
  base::Ipv4Addr to;
};

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
