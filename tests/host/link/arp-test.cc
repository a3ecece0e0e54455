// SPDX-License-Identifier: GPL-2.0-or-later
// ARP of a whole host: frames in, frames and cache entries out.
#include "host/link/arp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test-host.h"
#include "wire/udp.h"

namespace lvs::test {
namespace {

using host::Conf;
using host::NeighbourState;
using testing::ElementsAre;
using testing::IsEmpty;
using trace::Drop;
using Op = wire::Arp::Op;
using namespace std::chrono_literals;

const base::MacAddr kOther = mac("02:00:00:00:00:0a");
const base::MacAddr kThird = mac("02:00:00:00:00:0b");
const base::MacAddr kAll = base::MacAddr::broadcast();

class ArpTest : public testing::Test {
 protected:
  ArpTest() {
    box.add(eth0, "10.9.0.2/24");
    box.add(eth1, "10.60.0.1/24");
    box.add(box.lo(), "10.9.0.100/32");
    box.sent(0);
    box.sent(1);
  }
  void ask(const char* target, const char* sender, base::MacAddr from = kOther, base::MacAddr to = kAll) {
    box.receive(0, (Eth{.src = from, .dst = to} / Arp{Op::request, from, addr(sender), {}, addr(target)}).bytes());
  }
  void tell(const char* sender, base::MacAddr from, base::MacAddr to) {
    box.receive(0,
                (Eth{.src = from, .dst = to} / Arp{Op::reply, from, addr(sender), eth0.mac, addr("10.9.0.2")}).bytes());
  }
  Frame answer(const char* target, const char* sender, base::MacAddr to = kOther) const {
    return Eth{.src = eth0.mac, .dst = to} / Arp{Op::reply, eth0.mac, addr(target), to, addr(sender)};
  }
  void send_to(const char* target, const char* source) {  // a datagram of our own: resolves the target
    host::PacketPtr packet = host::Packet::create();
    wire::Ipv4{packet->put(28)}.init(0, 28, 0, 0, 64, wire::IpProto::udp, addr(source), addr(target));
    wire::Udp{packet->data() + 20}.init(5000, 5000, 8);
    box.host.ip_local_out(std::move(packet));
  }
  host::Neighbour* entry(const char* address) { return box.host.neighbours.find(eth0, addr(address)); }
  void set(Conf key, int value) { box.host.set_conf(eth0, key, value); }

  TestHost box{"rs"};
  host::Device& eth0 = box.eth(0);
  host::Device& eth1 = box.eth(1);
};

TEST_F(ArpTest, AnswersForEveryAddressOfTheHost) {
  for (const char* target : {"10.9.0.2", "10.9.0.100", "10.60.0.1"}) {
    ask(target, "10.9.0.1");
    EXPECT_THAT(box.sent(0), ElementsAre(answer(target, "10.9.0.1"))) << target;
  }
  EXPECT_EQ(entry("10.9.0.1")->state, NeighbourState::stale);
  EXPECT_EQ(entry("10.9.0.1")->mac, kOther);
}

TEST_F(ArpTest, AnswersEvenWhenTheAddressesInterfaceIsDown) {
  box.host.set_up(eth1, false);
  ask("10.60.0.1", "10.9.0.1");
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.60.0.1", "10.9.0.1")));
}

TEST_F(ArpTest, NobodyElsesAddressIsAnswered) {
  ask("10.9.0.77", "10.9.0.1");
  ask("127.0.0.1", "10.9.0.1");
  ask("224.0.0.1", "10.9.0.1");
  ask("10.9.0.255", "10.9.0.1");
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(entry("10.9.0.1"), nullptr);
  EXPECT_EQ(box.host.drops(Drop::arp_ignored), 4u);
}

TEST_F(ArpTest, SuppressedRequestTeachesNothing) {
  set(Conf::arp_ignore, 1);
  ask("10.9.0.100", "10.9.0.1");
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(entry("10.9.0.1"), nullptr);
}

TEST_F(ArpTest, LevelIsTheGreaterOfAllAndTheReceivingInterface) {
  box.host.set_conf(box.lo(), Conf::arp_ignore, 1);  // no effect on requests that come by eth0
  ask("10.9.0.100", "10.9.0.1");
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.9.0.100", "10.9.0.1")));
  box.host.set_conf_all(Conf::arp_ignore, 1);
  ask("10.9.0.100", "10.9.0.1");
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, UnicastRequestsObeyArpIgnoreToo) {
  set(Conf::arp_ignore, 8);
  ask("10.9.0.2", "10.9.0.1", kOther, eth0.mac);
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, SenderThatIsOneOfOursIsNeverAnswered) {
  ask("10.9.0.2", "10.9.0.100");
  EXPECT_THAT(box.sent(0), IsEmpty());
  set(Conf::accept_local, 1);
  ask("10.9.0.2", "10.9.0.100");
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.9.0.2", "10.9.0.100")));
}

TEST_F(ArpTest, SenderMustPassReversePathFilter) {
  ask("10.9.0.2", "10.60.0.9");  // routed by eth1
  EXPECT_EQ(box.sent(0).size(), 1u);
  set(Conf::rp_filter, 1);
  ask("10.9.0.2", "10.60.0.9");
  EXPECT_THAT(box.sent(0), IsEmpty());
  set(Conf::rp_filter, 2);
  ask("10.9.0.2", "10.60.0.9");
  EXPECT_EQ(box.sent(0).size(), 1u);
  ask("10.9.0.2", "172.16.5.5");  // no route at all
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, ArpFilterAsksForTheWayBack) {
  set(Conf::arp_filter, 1);
  ask("10.9.0.100", "10.9.0.1");
  EXPECT_EQ(box.sent(0).size(), 1u);
  ask("10.9.0.100", "10.60.0.9");
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, AddressProbeIsAnsweredWithoutLearning) {
  set(Conf::rp_filter, 1);
  ask("10.9.0.100", "0.0.0.0");
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.9.0.100", "0.0.0.0")));
  EXPECT_TRUE(box.host.neighbours.entries().empty());
  ask("10.9.0.77", "0.0.0.0");
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, ThirdPartyRequestRewritesAnEntryAfterTheLockTime) {
  ask("10.9.0.2", "10.9.0.1");
  box.advance_to(500ms);
  ask("10.9.0.77", "10.9.0.1", kThird);
  EXPECT_EQ(entry("10.9.0.1")->mac, kOther);
  box.advance_to(1600ms);
  ask("10.9.0.77", "10.9.0.1", kThird);
  EXPECT_EQ(entry("10.9.0.1")->mac, kThird);
  EXPECT_EQ(entry("10.9.0.1")->state, NeighbourState::stale);
}

TEST_F(ArpTest, RequestForUsOverridesAtOnce) {
  ask("10.9.0.2", "10.9.0.1");
  ask("10.9.0.2", "10.9.0.1", kThird);
  EXPECT_EQ(entry("10.9.0.1")->mac, kThird);
}

TEST_F(ArpTest, GratuitousArpUpdatesButDoesNotCreate) {
  ask("10.9.0.1", "10.9.0.1");
  EXPECT_EQ(entry("10.9.0.1"), nullptr);
  ask("10.9.0.2", "10.9.0.1");
  ask("10.9.0.1", "10.9.0.1", kThird);
  EXPECT_EQ(entry("10.9.0.1")->mac, kThird);
  set(Conf::drop_gratuitous_arp, 1);
  ask("10.9.0.1", "10.9.0.1", kOther);
  EXPECT_EQ(entry("10.9.0.1")->mac, kThird);
}

TEST_F(ArpTest, ArpAcceptCreatesFromGratuitousArp) {
  set(Conf::arp_accept, 1);
  ask("10.9.0.1", "10.9.0.1");
  ASSERT_NE(entry("10.9.0.1"), nullptr);
  EXPECT_EQ(entry("10.9.0.1")->state, NeighbourState::stale);
}

TEST_F(ArpTest, UnicastReplyMakesReachableBroadcastReplyDoesNot) {
  send_to("10.9.0.1", "10.9.0.2");
  tell("10.9.0.1", kOther, eth0.mac);
  EXPECT_EQ(entry("10.9.0.1")->state, NeighbourState::reachable);
  send_to("10.9.0.3", "10.9.0.2");
  tell("10.9.0.3", kThird, kAll);
  EXPECT_EQ(entry("10.9.0.3")->state, NeighbourState::delay);  // STALE, and used by what waited
  tell("10.9.0.4", kThird, eth0.mac);                          // nobody asked
  EXPECT_EQ(entry("10.9.0.4"), nullptr);
}

TEST_F(ArpTest, FirstOfSeveralRepliesWins) {
  send_to("10.9.0.1", "10.9.0.2");
  tell("10.9.0.1", kOther, eth0.mac);
  tell("10.9.0.1", kThird, eth0.mac);
  EXPECT_EQ(entry("10.9.0.1")->mac, kOther);
}

struct AnnounceCase {
  int level;
  const char* source;
  const char* sender;
};
class ArpAnnounceTest : public ArpTest, public testing::WithParamInterface<AnnounceCase> {};

// The sender of a request, as seen on the real kernel (ping -I SOURCE, tcpdump -nn arp).
TEST_P(ArpAnnounceTest, SenderOfARequest) {
  box.add(eth0, "10.9.0.3/24");  // a secondary
  set(Conf::arp_announce, GetParam().level);
  send_to("10.9.0.1", GetParam().source);
  EXPECT_THAT(box.sent(0),
              ElementsAre(Frame(Eth{.src = eth0.mac, .dst = kAll} /
                                Arp{Op::request, eth0.mac, addr(GetParam().sender), {}, addr("10.9.0.1")})));
}
INSTANTIATE_TEST_SUITE_P(
    Table, ArpAnnounceTest,
    testing::Values(AnnounceCase{0, "10.9.0.100", "10.9.0.100"}, AnnounceCase{1, "10.9.0.100", "10.9.0.100"},
                    AnnounceCase{2, "10.9.0.100", "10.9.0.2"}, AnnounceCase{0, "10.60.0.1", "10.60.0.1"},
                    AnnounceCase{1, "10.60.0.1", "10.9.0.2"}, AnnounceCase{2, "10.60.0.1", "10.9.0.2"},
                    AnnounceCase{0, "10.9.0.3", "10.9.0.3"}, AnnounceCase{1, "10.9.0.3", "10.9.0.3"},
                    AnnounceCase{2, "10.9.0.3", "10.9.0.2"}));

TEST_F(ArpTest, ForwardedPacketsAreNeverAnnounced) {
  box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  box.receive(1, (Eth{.src = kOther, .dst = eth1.mac} / Ip{.src = addr("10.60.0.9"), .dst = addr("10.9.0.1")} /
                  Udp{.sport = 1, .dport = 2})
                     .bytes());
  EXPECT_THAT(box.sent(0), ElementsAre(Frame(Eth{.src = eth0.mac, .dst = kAll} /
                                             Arp{Op::request, eth0.mac, addr("10.9.0.2"), {}, addr("10.9.0.1")})));
}

TEST_F(ArpTest, ProxyAnswersAfterADelayAndAtOnceToAUnicast) {
  box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  set(Conf::proxy_arp, 1);
  ask("10.60.0.9", "10.9.0.1");
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(entry("10.9.0.1")->state, NeighbourState::stale);
  box.advance_to(800ms);
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.60.0.9", "10.9.0.1")));
  ask("10.60.0.9", "10.9.0.1", kOther, eth0.mac);
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.60.0.9", "10.9.0.1")));
}

TEST_F(ArpTest, ProxyNeedsForwardingAndAnotherInterface) {
  set(Conf::proxy_arp, 1);
  ask("10.60.0.9", "10.9.0.1");
  box.advance_to(1s);
  EXPECT_THAT(box.sent(0), IsEmpty());
  box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  ask("10.9.0.9", "10.9.0.1", kOther, eth0.mac);  // the same segment
  EXPECT_THAT(box.sent(0), IsEmpty());
  set(Conf::proxy_arp_pvlan, 1);
  ask("10.9.0.9", "10.9.0.1", kOther, eth0.mac);
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.9.0.9", "10.9.0.1")));
}

TEST_F(ArpTest, ProxyEntryAnswersForOneAddress) {
  box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
  box.host.neighbours.add_proxy(eth0, addr("10.60.0.9"));
  ask("10.60.0.9", "10.9.0.1", kOther, eth0.mac);
  ask("10.60.0.8", "10.9.0.1", kOther, eth0.mac);
  EXPECT_THAT(box.sent(0), ElementsAre(answer("10.60.0.9", "10.9.0.1")));
}

TEST_F(ArpTest, AnnounceSendsOneGratuitousRequestForEachAddress) {
  box.add(eth0, "10.9.0.3/24");
  box.host.arp.announce(eth0);
  const auto gratuitous = [&](const char* a) {
    return Frame(Eth{.src = eth0.mac, .dst = kAll} / Arp{Op::request, eth0.mac, addr(a), {}, addr(a)});
  };
  EXPECT_THAT(box.sent(0), ElementsAre(gratuitous("10.9.0.2"), gratuitous("10.9.0.3")));
}

TEST_F(ArpTest, FramesForOthersAndMalformedOnesAreNamedDrops) {
  ask("10.9.0.2", "10.9.0.1", kOther, kThird);
  EXPECT_EQ(box.host.drops(Drop::otherhost), 1u);
  Frame runt = Eth{.src = kOther, .dst = kAll} / Arp{Op::request, kOther, addr("10.9.0.1"), {}, addr("10.9.0.2")};
  runt.resize(30);
  box.receive(0, runt);
  EXPECT_EQ(box.host.drops(Drop::arp_malformed), 1u);
  box.host.set_arp(eth0, false);
  ask("10.9.0.2", "10.9.0.1");
  EXPECT_EQ(box.host.drops(Drop::arp_noarp), 1u);
  EXPECT_THAT(box.sent(0), IsEmpty());
}

TEST_F(ArpTest, FilterDropsAndMangles) {
  const auto filter = [](void*, host::Arp::Direction direction, const host::Device&, wire::Arp& arp, std::string&) {
    if (direction == host::Arp::Direction::in) return arp.target_ip != addr("10.9.0.100");
    if (arp.sender_ip == addr("10.9.0.100")) arp.sender_ip = addr("10.9.0.2");
    return true;
  };
  box.host.arp.set_filter({filter, nullptr});
  ask("10.9.0.100", "10.9.0.1");
  EXPECT_THAT(box.sent(0), IsEmpty());
  EXPECT_EQ(box.host.drops(Drop::arptables_drop), 1u);
  send_to("10.9.0.1", "10.9.0.100");
  EXPECT_THAT(box.sent(0), ElementsAre(Frame(Eth{.src = eth0.mac, .dst = kAll} /
                                             Arp{Op::request, eth0.mac, addr("10.9.0.2"), {}, addr("10.9.0.1")})));
}

}  // namespace
}  // namespace lvs::test
