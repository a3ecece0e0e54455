// SPDX-License-Identifier: GPL-2.0-or-later
// What the three methods do to a packet (ipvs.md section 7): packet in, packet out.
#include "director.h"
#include "wire/icmp.h"

namespace lvs::test {
namespace {

using wire::Icmp;
constexpr auto kDroute = ForwardMethod::droute;
constexpr auto kMasq = ForwardMethod::masq;
constexpr auto kTunnel = ForwardMethod::ipip;

class Forwarding : public Director {
 protected:
  const ServiceKey web = tcp("192.168.0.100:80");
  const Tcp syn{.sport = 4000, .dport = 80, .seq = 1, .syn = true};
  Ip request(std::uint8_t ttl = 64) const { return {.src = cip, .dst = vip, .ttl = ttl, .id = 7, .df = true}; }
};

TEST_F(Forwarding, DrouteChangesOnlyMacAddressesAndTtl) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  bench.receive(kClients, (from_router(request(64)) / syn).bytes());
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(request(63)) / syn));
  EXPECT_THAT(bench.sent(kClients), IsEmpty());
}

TEST_F(Forwarding, MasqRewritesDestinationAndBack) {
  service(web);
  server(web, "10.0.0.11:8080", kMasq);
  bench.receive(kClients, (from_router(request(64)) / syn).bytes());
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(Ip{.src = cip, .dst = rip, .ttl = 63, .id = 7, .df = true}) /
                                                Tcp{.sport = 4000, .dport = 8080, .seq = 1, .syn = true}));

  const Tcp answer{.sport = 8080, .dport = 4000, .seq = 9, .ack_seq = 2, .syn = true, .ack = true};
  bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip, .ttl = 64, .df = true}) / answer).bytes());
  Tcp translated = answer;
  translated.sport = 80;
  EXPECT_THAT(bench.sent(kClients),
              ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63, .df = true}) / translated));
}

// The address is written on the way in; IPVS makes the checksum of the header anew (ip_send_check()).
TEST_F(Forwarding, RecordedRouteHasARightChecksumInEveryMethod) {
  const std::vector<std::uint8_t> empty{7, 7, 4, 0, 0, 0, 0, 0}, recorded{7, 7, 8, 192, 168, 0, 100, 0};
  Ip in = request(64), out = request(63);
  in.options = empty;
  out.options = recorded;
  service(web);
  server(web, "10.0.0.11", kDroute);
  bench.receive(kClients, (from_router(in) / syn).bytes());
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(out) / syn));

  const ServiceKey other = tcp("192.168.0.100:81");
  const Tcp to_other{.sport = 4000, .dport = 81, .seq = 1, .syn = true};
  service(other);
  server(other, "10.0.0.11", kMasq);
  bench.receive(kClients, (from_router(in) / to_other).bytes());
  out.dst = rip;
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(out) / to_other));
}

TEST_F(Forwarding, TunnelPutsTheDirectorsAddressOutside) {
  service(web);
  server(web, "10.0.0.11", kTunnel);
  bench.receive(kClients, (from_router(request(64)) / syn).bytes());
  const auto sent = bench.sent(kServers);
  ASSERT_THAT(sent, SizeIs(1));
  const Frame expected = to_server(Ip{.src = dip, .dst = rip, .ttl = 63, .df = true}) / request(63) / syn;
  EXPECT_EQ(without_ip_id(sent[0]), without_ip_id(expected));
}

TEST_F(Forwarding, TunnelWithoutPmtuDiscoveryClearsDf) {
  sysctl("pmtu_disc", "0");
  service(web);
  server(web, "10.0.0.11", kTunnel);
  bench.receive(kClients, (from_router(request(64)) / syn).bytes());
  const auto sent = bench.sent(kServers);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(without_ip_id(sent[0]),
            without_ip_id(to_server(Ip{.src = dip, .dst = rip, .ttl = 63}) / request(63) / syn));
}

TEST_F(Forwarding, UdpChecksumZeroIsFilledInByMasq) {
  const ServiceKey dns = udp("192.168.0.100:53");
  service(dns);
  server(dns, "10.0.0.11", kMasq);
  const Udp without{.sport = 4000, .dport = 53, .length = {}, .checksum = std::uint16_t{0}};
  bench.receive(kClients, (from_router(request()) / without / Data::of(11)).bytes());
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(Ip{.src = cip, .dst = rip, .ttl = 63, .id = 7, .df = true}) /
                                                Udp{.sport = 4000, .dport = 53} / Data::of(11)));
}

TEST_F(Forwarding, TtlOneGivesTimeExceededInEveryMethod) {
  for (const ForwardMethod method : {kMasq, kDroute, kTunnel}) {
    SCOPED_TRACE(name_of(method));
    ip_vs.flush();
    service(web);
    server(web, "10.0.0.11", method);
    bench.advance_to(bench.clock.now_ + 200s);
    const Frame in = from_router(request(1)) / syn;
    bench.receive(kClients, in);
    EXPECT_THAT(bench.sent(kServers), IsEmpty());
    const auto errors = bench.sent(kClients);
    ASSERT_THAT(errors, SizeIs(1));
    EXPECT_EQ(errors[0][14 + 20], Icmp::time_exceeded);
    EXPECT_EQ(bench.host.drops(trace::Drop::ip_ttl), method == kMasq ? 1u : method == kDroute ? 2u : 3u);
  }
}

TEST_F(Forwarding, TooBigWithDfIsRefusedWithTheMtuOfTheWay) {
  struct Row {
    ForwardMethod method;
    std::size_t payload;  // of the TCP segment
    std::uint32_t mtu;    // in the error; 0: sent
  };
  for (const Row& row : {Row{kMasq, 1361, 1400}, Row{kMasq, 1360, 0}, Row{kDroute, 1361, 1400}, Row{kDroute, 1360, 0},
                         Row{kTunnel, 1341, 1380}, Row{kTunnel, 1340, 0}}) {
    SCOPED_TRACE(std::string(name_of(row.method)) + " " + std::to_string(row.payload));
    ip_vs.flush();
    bench.host.set_mtu(bench.eth(kServers), 1400);
    service(web);
    server(web, "10.0.0.11", row.method);
    bench.advance_to(bench.clock.now_ + 200s);
    const auto port = static_cast<std::uint16_t>(4000 + row.payload + row.mtu);  // not an earlier row's connection
    connect(cip, port);
    bench.receive(kClients, (from_router(request()) / Tcp{.sport = port, .dport = 80, .seq = 2, .ack = true} /
                             Data::of(row.payload))
                                .bytes());
    const auto errors = bench.sent(kClients);
    if (row.mtu == 0) {
      EXPECT_THAT(errors, IsEmpty());
      EXPECT_THAT(bench.sent(kServers), SizeIs(1));
    } else {
      ASSERT_THAT(errors, SizeIs(1));
      EXPECT_EQ(errors[0][14 + 20], Icmp::dest_unreach);
      EXPECT_EQ(errors[0][14 + 21], Icmp::frag_needed);
      EXPECT_EQ(base::load_be16(&errors[0][14 + 26]), row.mtu);
      EXPECT_EQ(base::load_be32(&errors[0][14 + 12]), vip.value);
      EXPECT_THAT(bench.sent(kServers), IsEmpty());
    }
  }
}

TEST_F(Forwarding, NoDestinationIsPortUnreachableFromTheVip) {
  service(web);
  const Frame in = from_router(request()) / syn;
  bench.receive(kClients, in);
  const auto sent = bench.sent(kClients);
  ASSERT_THAT(sent, SizeIs(1));
  const Frame expected =
      to_router(Ip{.src = vip, .dst = cip, .ttl = 64, .tos = 0xc0}) / test::Icmp{.type = 3, .code = 3} / quote_of(in);
  EXPECT_EQ(without_ip_id(sent[0]), without_ip_id(expected));
  EXPECT_EQ(bench.host.drops(trace::Drop::ipvs_no_destination), 1u);
}

TEST_F(Forwarding, NoRouteToTheServerIsHostUnreachable) {
  service(web);
  bench.host.fib.add({.dst = prefix("10.9.0.0/16"), .type = host::RouteType::unreachable});
  server(web, "10.9.0.1", kDroute);
  bench.receive(kClients, (from_router(request()) / syn).bytes());
  const auto sent = bench.sent(kClients);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0][14 + 20], 3);
  EXPECT_EQ(sent[0][14 + 21], 1);
}

TEST_F(Forwarding, SegmentWithoutConnectionGoesToTheLocalStack) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  const Tcp ack{.sport = 4000, .dport = 80, .seq = 5, .ack_seq = 77, .ack = true};
  bench.receive(kClients, (from_router(request()) / ack).bytes());
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  EXPECT_THAT(bench.sent(kClients), ElementsAre(to_router(Ip{.src = vip, .dst = cip, .df = true}) /
                                                Tcp{.sport = 80, .dport = 4000, .seq = 77, .rst = true, .window = 0}));
}

TEST_F(Forwarding, LocalServerGetsThePacketUnchanged) {
  service(web);
  server(web, "192.168.0.1", kDroute);
  bench.receive(kClients, (from_router(request(1)) / syn).bytes());
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  // Nobody listens: the local stack resets, and no TTL was spent.
  const auto sent = bench.sent(kClients);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0][14 + 20 + 13], 0x14);
  EXPECT_EQ(base::load_be32(&sent[0][14 + 12]), vip.value);
}

TEST_F(Forwarding, LocalServerInMasqAnswersAsTheVip) {
  service(web);
  server(web, "192.168.0.1:8080", kMasq);
  bench.receive(kClients, (from_router(request()) / syn).bytes());
  // The reset of the closed port 8080 leaves by LOCAL_OUT, where ip_vs_out makes it one of the VIP's port 80.
  EXPECT_THAT(bench.sent(kClients),
              ElementsAre(to_router(Ip{.src = vip, .dst = cip, .df = true}) /
                          Tcp{.sport = 80, .dport = 4000, .ack_seq = 2, .rst = true, .ack = true, .window = 0}));
}

TEST_F(Forwarding, EchoToTheVipIsAnsweredHere) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  bench.receive(kClients, (from_router(request()) / test::Icmp{.type = 8, .rest = 0x00010001} / Data::of(8)).bytes());
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  EXPECT_THAT(bench.sent(kClients), SizeIs(1));
}

}  // namespace
}  // namespace lvs::test
