// SPDX-License-Identifier: GPL-2.0-or-later
// The life of a neighbour entry on a clock that the test winds.
#include "host/link/neighbour.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test-host.h"

namespace lvs::test {
namespace {

using host::NeighbourState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using trace::Drop;
using Op = wire::Arp::Op;
using namespace std::chrono_literals;

const base::MacAddr kPeer = mac("02:00:00:00:00:0a");
const base::MacAddr kMoved = mac("02:00:00:00:00:0b");

class NeighbourTest : public testing::Test {
 protected:
  NeighbourTest() {
    box.add(eth0, "10.0.0.2/24");
    box.sent(0);
  }
  void send(const char* target = "10.0.0.1", std::uint16_t id = 0, std::size_t payload = 0) {
    const Frame whole = Eth{} / Ip{.src = addr("10.0.0.2"), .dst = addr(target), .id = id} /
                        Udp{.sport = 1, .dport = 2} / Data::of(payload);
    host::PacketPtr packet = host::Packet::from_frame(whole);
    packet->pull(14);
    packet->checksum = host::ChecksumState::unnecessary;
    box.host.ip_local_out(std::move(packet));
  }
  void answer(base::MacAddr from = kPeer, const char* sender = "10.0.0.1") {
    box.receive(
        0,
        (Eth{.src = from, .dst = eth0.mac} / Arp{Op::reply, from, addr(sender), eth0.mac, addr("10.0.0.2")}).bytes());
  }
  host::Neighbour& entry(const char* address = "10.0.0.1") { return *box.host.neighbours.find(eth0, addr(address)); }
  NeighbourState state() { return entry().state; }
  Frame asks(base::MacAddr to = base::MacAddr::broadcast()) const {
    return Eth{.src = eth0.mac, .dst = to} / Arp{Op::request, eth0.mac, addr("10.0.0.2"), {}, addr("10.0.0.1")};
  }
  Frame datagram(base::MacAddr to = kPeer, std::uint16_t id = 0) const {
    return Eth{.src = eth0.mac, .dst = to} / Ip{.src = addr("10.0.0.2"), .dst = addr("10.0.0.1"), .id = id} /
           Udp{.sport = 1, .dport = 2};
  }
  // Reachable time is drawn from [15 s, 45 s): later than this an unused entry is STALE.
  void let_it_become_stale() {
    box.advance_to(box.clock.now() + 46s);
    ASSERT_EQ(state(), NeighbourState::stale);
    box.sent(0);
  }

  TestHost box{"h"};
  host::Device& eth0 = box.eth(0);
};

TEST_F(NeighbourTest, ThreeBroadcastsASecondApartThenFailed) {
  send();
  EXPECT_EQ(state(), NeighbourState::incomplete);
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
  box.advance_to(999ms);
  EXPECT_THAT(box.sent(0), IsEmpty());
  box.advance_to(1s);
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
  box.advance_to(2s);
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
  box.advance_to(2999ms);
  EXPECT_EQ(state(), NeighbourState::incomplete);
  box.advance_to(3s);
  EXPECT_EQ(state(), NeighbourState::failed);
  EXPECT_EQ(box.host.drops(Drop::neigh_failed), 1u);
  EXPECT_THAT(box.sent(0), IsEmpty());
  send();  // begins anew
  EXPECT_EQ(state(), NeighbourState::incomplete);
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
}

TEST_F(NeighbourTest, WithTheTicksOfAKernelRetriesAreAsLateAsThere) {
  box.host.set_ticks(base::KernelTicks(100));
  send();
  EXPECT_THAT(box.sent(0), SizeIs(1));
  for (const base::Time retry : {1040ms, 2080ms}) {
    box.advance_to(retry - 1us);
    EXPECT_THAT(box.sent(0), IsEmpty());
    box.advance_to(retry + 10us);
    EXPECT_THAT(box.sent(0), ElementsAre(asks()));
  }
}

TEST_F(NeighbourTest, ReplySendsWhatWaitedInOrder) {
  send("10.0.0.1", 1);
  send("10.0.0.1", 2);
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
  answer();
  EXPECT_EQ(state(), NeighbourState::reachable);
  EXPECT_THAT(box.sent(0), ElementsAre(datagram(kPeer, 1), datagram(kPeer, 2)));
  send("10.0.0.1", 3);
  EXPECT_THAT(box.sent(0), ElementsAre(datagram(kPeer, 3)));
}

TEST_F(NeighbourTest, ReachableTimeIsWithinHalfAndOneAndAHalf) {
  send();
  answer();
  box.advance_to(14s);
  EXPECT_EQ(state(), NeighbourState::reachable);
  box.advance_to(46s);
  EXPECT_EQ(state(), NeighbourState::stale);
}

TEST_F(NeighbourTest, StaleIsUsedAndVerifiedAfterFiveSeconds) {
  send();
  answer();
  let_it_become_stale();
  const base::Time start = box.clock.now();
  send();
  EXPECT_EQ(state(), NeighbourState::delay);
  EXPECT_THAT(box.sent(0), ElementsAre(datagram()));
  box.advance_to(start + 5s);
  EXPECT_EQ(state(), NeighbourState::probe);
  EXPECT_THAT(box.sent(0), ElementsAre(asks(kPeer)));  // unicast
  send();
  EXPECT_THAT(box.sent(0), ElementsAre(datagram()));  // still in use
  box.advance_to(start + 7s);
  EXPECT_THAT(box.sent(0), ElementsAre(asks(kPeer), asks(kPeer)));
  box.advance_to(start + 8s);
  EXPECT_EQ(state(), NeighbourState::failed);
}

TEST_F(NeighbourTest, ProbeAnsweredIsReachable) {
  send();
  answer();
  let_it_become_stale();
  send();
  box.advance_to(box.clock.now() + 5s);
  ASSERT_EQ(state(), NeighbourState::probe);
  answer();
  EXPECT_EQ(state(), NeighbourState::reachable);
}

// Both ask for each other at the same time: the peer's request gives its MAC, what waited goes, and the MAC is
// verified.
TEST_F(NeighbourTest, LearnedFromARequestWhileAskingIsVerified) {
  send();
  box.sent(0);
  box.receive(0, (Eth{.src = kPeer, .dst = base::MacAddr::broadcast()} /
                  Arp{Op::request, kPeer, addr("10.0.0.1"), {}, addr("10.0.0.2")})
                     .bytes());
  EXPECT_EQ(state(), NeighbourState::delay);
  EXPECT_THAT(box.sent(0), SizeIs(2));  // the datagram and the answer
  answer();
  EXPECT_EQ(state(), NeighbourState::reachable);
}

TEST_F(NeighbourTest, UpperLayerConfirmationSavesTheProbe) {
  send();
  answer();
  let_it_become_stale();
  const base::Time start = box.clock.now();
  send();
  box.sent(0);
  box.advance_to(start + 2s);
  box.host.neighbours.confirm(eth0, addr("10.0.0.1"));
  box.advance_to(start + 5s);
  EXPECT_EQ(state(), NeighbourState::reachable);
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(NeighbourTest, ConfirmationsKeepAnEntryReachable) {
  send();
  answer();
  for (int second = 0; second < 120; second += 10) {
    box.advance_to(std::chrono::seconds(second));
    box.host.neighbours.confirm(eth0, addr("10.0.0.1"));
  }
  EXPECT_EQ(state(), NeighbourState::reachable);
  EXPECT_THAT(box.sent(0), SizeIs(2));  // the first request and the first datagram
}

TEST_F(NeighbourTest, QueueIsBoundedByBytesAndLosesTheOldest) {
  for (std::uint16_t id = 0; id < 400; ++id) send("10.0.0.1", id);
  box.sent(0);
  answer();
  const auto flushed = box.sent(0);
  EXPECT_EQ(flushed.size() + box.host.drops(Drop::neigh_queuefull), 400u);
  EXPECT_GT(box.host.drops(Drop::neigh_queuefull), 0u);
  EXPECT_EQ(flushed.back(), datagram(kPeer, 399));
}

TEST_F(NeighbourTest, FailureIsReportedToTheSenderOfAForwardedPacket) {
  host::Device& eth1 = box.eth(1);
  box.add(eth1, "10.1.0.1/24");
  box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  host::Neighbour& client = box.host.neighbours.find_or_create(eth1, addr("10.1.0.9"));
  box.host.neighbours.update(client, kMoved, NeighbourState::permanent, {.override_ = true, .admin = true});
  const Frame in = Eth{.src = kMoved, .dst = eth1.mac} / Ip{.src = addr("10.1.0.9"), .dst = addr("10.0.0.1"), .id = 7} /
                   Udp{.sport = 1, .dport = 2};
  box.receive(1, in);
  box.advance_to(3s);
  Frame forwarded =
      Eth{} / Ip{.src = addr("10.1.0.9"), .dst = addr("10.0.0.1"), .ttl = 63, .id = 7} / Udp{.sport = 1, .dport = 2};
  const auto sent = box.sent(1);
  ASSERT_THAT(sent, SizeIs(1));
  const Frame error = Eth{.src = eth1.mac, .dst = kMoved} /
                      Ip{.src = addr("10.1.0.1"), .dst = addr("10.1.0.9"), .tos = 0xc0} / Icmp{.type = 3, .code = 1} /
                      quote_of(forwarded);
  EXPECT_EQ(without_ip_id(sent[0]), error);
}

TEST_F(NeighbourTest, PermanentIsNotChangedByPackets) {
  host::Neighbour& fixed = box.host.neighbours.find_or_create(eth0, addr("10.0.0.1"));
  box.host.neighbours.update(fixed, kPeer, NeighbourState::permanent, {.override_ = true, .admin = true});
  box.advance_to(100s);
  answer(kMoved);
  EXPECT_EQ(entry().mac, kPeer);
  send();
  EXPECT_THAT(box.sent(0), ElementsAre(datagram()));
}

TEST_F(NeighbourTest, BroadcastAndMulticastNeedNoQuestion) {
  send("10.0.0.255");
  send("224.0.0.251");
  send("239.129.1.2");
  const auto sent = box.sent(0);
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_EQ(wire::Ethernet::load_mac(sent[0].data()), base::MacAddr::broadcast());
  EXPECT_EQ(wire::Ethernet::load_mac(sent[1].data()), mac("01:00:5e:00:00:fb"));
  EXPECT_EQ(wire::Ethernet::load_mac(sent[2].data()), mac("01:00:5e:01:01:02"));
}

TEST_F(NeighbourTest, RemovalReportsWhatWaited) {
  send();
  box.host.neighbours.remove(entry());
  EXPECT_EQ(box.host.neighbours.find(eth0, addr("10.0.0.1")), nullptr);
  EXPECT_EQ(box.host.drops(Drop::neigh_failed), 1u);
  box.sent(0);
  send();
  EXPECT_THAT(box.sent(0), ElementsAre(asks()));
}

TEST_F(NeighbourTest, InterfaceDownForgetsItsEntries) {
  send();
  answer();
  box.host.neighbours.device_down(eth0);
  EXPECT_TRUE(box.host.neighbours.entries().empty());
}

TEST_F(NeighbourTest, TableNeverExceedsItsLimit) {
  box.host.neighbours.limits = {.gc_thresh1 = 4, .gc_thresh2 = 8, .gc_thresh3 = 16};
  const auto hear = [&](unsigned host) {
    const base::Ipv4Addr from = base::Ipv4Addr::of(10, 0, 0, host);
    box.receive(0, (Eth{.src = kPeer, .dst = eth0.mac} / Arp{Op::request, kPeer, from, {}, addr("10.0.0.2")}).bytes());
  };
  for (unsigned host = 10; host < 40; ++host) hear(host);
  EXPECT_EQ(box.host.neighbours.size(), 16u);
  box.advance_to(6s);  // entries older than 5 s may go now, oldest first
  hear(100);
  EXPECT_NE(box.host.neighbours.find(eth0, addr("10.0.0.100")), nullptr);
  EXPECT_EQ(box.host.neighbours.find(eth0, addr("10.0.0.10")), nullptr);
  EXPECT_NE(box.host.neighbours.find(eth0, addr("10.0.0.25")), nullptr);
}

// Linux 6.1.192, gc_thresh1 to 3 at 2, 3 and 4: five times `ip neigh add ... nud permanent`, and still there was room
// for four that were learned. (Asked in the first network namespace: the others have no gc_thresh.)
TEST_F(NeighbourTest, PermanentEntriesDoNotCount) {
  box.host.neighbours.limits = {.gc_thresh1 = 1, .gc_thresh2 = 2, .gc_thresh3 = 3};
  for (unsigned host = 10; host < 30; ++host) {
    host::Neighbour& made = box.host.neighbours.find_or_create(eth0, base::Ipv4Addr::of(10, 0, 0, host));
    box.host.neighbours.update(made, kPeer, NeighbourState::permanent, {.override_ = true, .admin = true});
  }
  for (unsigned host = 100; host < 110; ++host)
    box.host.neighbours.find_or_learn(eth0, base::Ipv4Addr::of(10, 0, 0, host));
  EXPECT_EQ(box.host.neighbours.size(), 20u + 3u);
}

TEST_F(NeighbourTest, UnusedEntriesAreCollectedAfterAMinuteInALargeTableOnly) {
  box.host.neighbours.limits.gc_thresh1 = 4;
  for (unsigned host = 10; host < 13; ++host)
    box.host.neighbours.find_or_create(eth0, base::Ipv4Addr::of(10, 0, 0, host));
  box.advance_to(200s);
  EXPECT_EQ(box.host.neighbours.size(), 3u);
  for (unsigned host = 20; host < 23; ++host)
    box.host.neighbours.find_or_create(eth0, base::Ipv4Addr::of(10, 0, 0, host));
  box.advance_to(230s);
  EXPECT_EQ(box.host.neighbours.size(), 3u);
  EXPECT_NE(box.host.neighbours.find(eth0, addr("10.0.0.20")), nullptr);
}

}  // namespace
}  // namespace lvs::test
