// SPDX-License-Identifier: GPL-2.0-or-later
// Connection tracking of a router: what a packet is found to be, how long an entry lives, and how it ends.
#include "host/netfilter/conntrack.h"

#include "host/router.h"

namespace lvs::test {
namespace {

using host::CtInfo;
using host::CtKey;
using host::Hook;
using testing::IsEmpty;
using testing::SizeIs;
using trace::Drop;
using namespace std::chrono_literals;

class ConntrackTest : public RouterTest {
 protected:
  ConntrackTest() {
    tracker.get();
    box.host.netfilter.add(Hook::NF_INET_FORWARD, {0, "looks",
                                                   [](void* self, Hook, host::PacketPtr& packet) {
                                                     auto& here = static_cast<ConntrackTest*>(self)->seen;
                                                     here = packet->conntrack.get() == nullptr
                                                                ? std::nullopt
                                                                : std::optional(packet->conntrack.info());
                                                     return host::HookResult::accept();
                                                   },
                                                   this});
  }
  // What the packet was when it was forwarded; nothing for one that belongs to no connection.
  std::optional<CtInfo> request(const Udp& udp) {
    return pass(0, from_client() / Ip{.src = client, .dst = server} / udp);
  }
  std::optional<CtInfo> reply(const Udp& udp) {
    return pass(1, from_server() / Ip{.src = server, .dst = client} / udp);
  }
  std::optional<CtInfo> request(const Tcp& tcp) {
    return pass(0, from_client() / Ip{.src = client, .dst = server} / tcp);
  }
  std::optional<CtInfo> reply(const Tcp& tcp) {
    return pass(1, from_server() / Ip{.src = server, .dst = client} / tcp);
  }
  std::optional<CtInfo> pass(unsigned number, const Frame& frame) {
    seen = CtInfo::untracked;
    receive(number, frame);
    return seen;
  }
  base::Time left(std::uint8_t protocol) {
    const auto found =
        tracker.find({client, server, 4000, protocol == 6 ? std::uint16_t{80} : std::uint16_t{53}, protocol});
    return found.entry == nullptr ? base::Time{0} : found.entry->expires - box.clock.now_;
  }

  host::Conntrack& tracker = box.host.tables.conntrack();
  std::optional<CtInfo> seen;
};

TEST_F(ConntrackTest, UdpIsNewThenEstablishedThenAStream) {
  const Udp asks{.sport = 4000, .dport = 53}, answers{.sport = 53, .dport = 4000};
  EXPECT_EQ(request(asks), CtInfo::fresh);
  EXPECT_EQ(request(asks), CtInfo::fresh);  // nobody has answered
  EXPECT_EQ(tracker.size(), 1u);
  EXPECT_EQ(left(17), 30s);
  EXPECT_EQ(reply(answers), CtInfo::established_reply);
  EXPECT_EQ(request(asks), CtInfo::established);
  box.advance_to(3s);
  EXPECT_EQ(reply(answers), CtInfo::established_reply);
  EXPECT_EQ(left(17), 120s);
}

TEST_F(ConntrackTest, AnEntryEndsWithItsTime) {
  const Udp asks{.sport = 4000, .dport = 53};
  request(asks);
  box.advance_to(30s - 1ms);
  EXPECT_EQ(left(17), 1ms);
  box.advance_to(30s);
  EXPECT_EQ(left(17), 0s);
  EXPECT_EQ(request(asks), CtInfo::fresh);
}

TEST_F(ConntrackTest, TcpFollowsTheHandshake) {
  const auto out = [](Tcp tcp) {
    tcp.sport = 4000;
    tcp.dport = 80;
    return tcp;
  };
  const auto back = [](Tcp tcp) {
    tcp.sport = 80;
    tcp.dport = 4000;
    return tcp;
  };
  EXPECT_EQ(request(out({.seq = 100, .syn = true})), CtInfo::fresh);
  EXPECT_EQ(left(6), 120s);  // SYN_SENT
  EXPECT_EQ(reply(back({.seq = 500, .ack_seq = 101, .syn = true, .ack = true})), CtInfo::established_reply);
  EXPECT_EQ(left(6), 60s);  // SYN_RECV
  EXPECT_EQ(request(out({.seq = 101, .ack_seq = 501, .ack = true})), CtInfo::established);
  EXPECT_EQ(left(6), 432000s);
  // Far outside of what the other end has offered: invalid, and no connection's.
  EXPECT_EQ(request(out({.seq = 0x40000000, .ack_seq = 501, .ack = true})), std::nullopt);
  EXPECT_EQ(reply(back({.seq = 501, .ack_seq = 101, .rst = true, .ack = true})), CtInfo::established_reply);
  EXPECT_EQ(left(6), 10s);  // CLOSE
}

TEST_F(ConntrackTest, AnErrorIsRelatedToWhatItQuotes) {
  const Frame asked = from_client() / Ip{.src = client, .dst = server, .ttl = 63} / Udp{.sport = 4000, .dport = 53};
  request(Udp{.sport = 4000, .dport = 53});
  EXPECT_EQ(pass(1, from_server() / Ip{.src = server, .dst = client} / Icmp{.type = 3, .code = 3} / quote_of(asked)),
            CtInfo::related_reply);
  const Frame other = from_client() / Ip{.src = client, .dst = server, .ttl = 63} / Udp{.sport = 4001, .dport = 53};
  EXPECT_EQ(pass(1, from_server() / Ip{.src = server, .dst = client} / Icmp{.type = 3, .code = 3} / quote_of(other)),
            std::nullopt);
}

TEST_F(ConntrackTest, AFullTableRefusesNewConnections) {
  tracker.set(CtKey::nf_conntrack_max, 1);
  const Udp first{.sport = 4000, .dport = 53}, answer{.sport = 53, .dport = 4000};
  request(first);
  reply(answer);
  box.advance_to(3s);
  reply(answer);  // assured: it does not make way
  box.sent(1);
  request(Udp{.sport = 4001, .dport = 53});
  EXPECT_THAT(box.sent(1), IsEmpty());
  EXPECT_EQ(box.host.drops(Drop::ct_table_full), 1u);
  EXPECT_EQ(request(first), CtInfo::established);
}

TEST_F(ConntrackTest, WhoNeedsItNoMoreTakesTheHooksAway) {
  tracker.put();
  EXPECT_EQ(request(Udp{.sport = 4000, .dport = 53}), std::nullopt);
  EXPECT_EQ(tracker.size(), 0u);
}

}  // namespace
}  // namespace lvs::test
