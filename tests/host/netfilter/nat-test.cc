// SPDX-License-Identifier: GPL-2.0-or-later
// NAT of a router: both directions of a connection, errors about it, and ports that are taken.
#include "host/netfilter/nat.h"

#include "host/netfilter/iptables.h"
#include "host/router.h"

namespace lvs::test {
namespace {

using host::IpRule;
using host::IpTables;
using testing::ElementsAre;
using testing::SizeIs;
namespace xt = host::xt;

class NatTest : public RouterTest {
 protected:
  void append(std::string_view chain, IpRule rule) {
    IpTables& tables = box.host.tables.iptables();
    ASSERT_EQ(tables.table(IpTables::Kind::nat).append(chain, std::move(rule)), host::TableError::none);
    tables.committed(IpTables::Kind::nat);
  }
  static IpRule nat(xt::Nat::Kind kind, base::Ipv4Addr to, std::uint16_t port = 0) {
    IpRule rule;
    xt::NatRange range;
    range.map_addresses = true;
    range.first = range.last = to;
    range.map_ports = port != 0;
    range.port_first = range.port_last = port;
    if (port != 0) rule.protocol = 17;
    rule.target = xt::Nat{kind, range};
    return rule;
  }

  const base::Ipv4Addr outside = addr("10.1.0.1");
};

TEST_F(NatTest, SourceIsChangedAndComesBack) {
  append("POSTROUTING", nat(xt::Nat::Kind::snat, outside));
  receive(0, from_client() / Ip{.src = client, .dst = server} / Udp{.sport = 4000, .dport = 53} / Data::of(5));
  EXPECT_THAT(sent(1), ElementsAre(Frame(to_server() / Ip{.src = outside, .dst = server, .ttl = 63} /
                                         Udp{.sport = 4000, .dport = 53} / Data::of(5))));
  receive(1, from_server() / Ip{.src = server, .dst = outside} / Udp{.sport = 53, .dport = 4000} / Data::of(5));
  EXPECT_THAT(sent(0), ElementsAre(Frame(to_client() / Ip{.src = server, .dst = client, .ttl = 63} /
                                         Udp{.sport = 53, .dport = 4000} / Data::of(5))));
}

TEST_F(NatTest, DestinationAndPortAreChangedAndComeBack) {
  append("PREROUTING", nat(xt::Nat::Kind::dnat, server, 5353));
  receive(0, from_client() / Ip{.src = client, .dst = own} / Udp{.sport = 4000, .dport = 53});
  EXPECT_THAT(sent(1), ElementsAre(Frame(to_server() / Ip{.src = client, .dst = server, .ttl = 63} /
                                         Udp{.sport = 4000, .dport = 5353})));
  receive(1, from_server() / Ip{.src = server, .dst = client} / Udp{.sport = 5353, .dport = 4000});
  EXPECT_THAT(sent(0), ElementsAre(Frame(to_client() / Ip{.src = own, .dst = client, .ttl = 63} /
                                         Udp{.sport = 53, .dport = 4000})));
}

// Two clients with one port: the second connection gets another one, and each answer finds its client.
TEST_F(NatTest, ATakenPortIsNotGivenTwice) {
  const base::Ipv4Addr second = addr("10.0.0.10");
  know(eth0, second, mac("02:00:00:00:00:0c"));
  append("POSTROUTING", nat(xt::Nat::Kind::snat, outside));
  const Udp udp{.sport = 4000, .dport = 53};
  receive(0, from_client() / Ip{.src = client, .dst = server} / udp);
  receive(0, from_client() / Ip{.src = second, .dst = server} / udp);
  const auto frames = box.sent(1);
  ASSERT_THAT(frames, SizeIs(2));
  const std::uint16_t first_port = base::load_be16(frames[0].data() + 34);
  const std::uint16_t second_port = base::load_be16(frames[1].data() + 34);
  EXPECT_EQ(first_port, 4000);
  EXPECT_NE(second_port, first_port);
  receive(1, from_server() / Ip{.src = server, .dst = outside} / Udp{.sport = 53, .dport = second_port});
  EXPECT_THAT(sent(0),
              ElementsAre(Frame(Eth{.src = eth0.mac, .dst = mac("02:00:00:00:00:0c")} /
                                Ip{.src = server, .dst = second, .ttl = 63} / Udp{.sport = 53, .dport = 4000})));
}

TEST_F(NatTest, AnErrorAndItsQuoteAreTranslated) {
  append("POSTROUTING", nat(xt::Nat::Kind::snat, outside));
  const Udp udp{.sport = 4000, .dport = 53};
  receive(0, from_client() / Ip{.src = client, .dst = server, .id = 7} / udp);
  const auto translated = box.sent(1);
  ASSERT_THAT(translated, SizeIs(1));
  receive(1, from_server() / Ip{.src = server, .dst = outside} / Icmp{.type = 3, .code = 3} / quote_of(translated[0]));
  const Frame seen_by_client = Eth{} / Ip{.src = client, .dst = server, .ttl = 63, .id = 7} / udp;
  EXPECT_THAT(sent(0), ElementsAre(Frame(to_client() / Ip{.src = server, .dst = client, .ttl = 63} /
                                         Icmp{.type = 3, .code = 3} / quote_of(seen_by_client))));
}

}  // namespace
}  // namespace lvs::test
