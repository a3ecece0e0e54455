// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors about balanced packets, both ways and about tunnels (ipvs.md section 8).
#include "director.h"

namespace lvs::test {
namespace {

constexpr auto kDroute = ForwardMethod::droute;
constexpr auto kMasq = ForwardMethod::masq;
constexpr auto kTunnel = ForwardMethod::ipip;
using trace::Drop;

class IcmpErrors : public Director {
 protected:
  const ServiceKey web = tcp("192.168.0.100:80");
  const base::Ipv4Addr router_inside = addr("10.0.0.13");

  Data quote(Ip ip, Tcp segment) const { return quote_of(Eth{} / ip / segment); }
  void open(ForwardMethod method, std::string_view where = "10.0.0.11") {
    service(web);
    server(web, where, method);
    connect(cip, 4000);
  }
};

TEST_F(IcmpErrors, FromTheServerSideBecomesTheVips) {
  open(kMasq, "10.0.0.11:8080");
  const Data inner =
      quote(Ip{.src = cip, .dst = rip, .ttl = 63}, Tcp{.sport = 4000, .dport = 8080, .seq = 1, .syn = true});
  // Even a router in between speaks with the VIP's address then.
  bench.receive(kServers,
                (from_server(Ip{.src = router_inside, .dst = cip}, 13) / Icmp{.type = 3, .code = 1} / inner).bytes());
  Frame quoted = Eth{} / Ip{.src = cip, .dst = vip, .ttl = 63} /
                 Tcp{.sport = 4000,
                     .dport = 80,
                     .seq = 1,
                     .syn = true,
                     // The TCP checksum in the quote stays as the server saw it.
                     .checksum = base::load_be16(&inner.bytes[20 + 16])};
  EXPECT_THAT(bench.sent(kClients), ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63}) /
                                                Icmp{.type = 3, .code = 1} / quote_of(quoted)));
  EXPECT_EQ(dest(web, "10.0.0.11").stats.live.out_packets, 1u);
}

TEST_F(IcmpErrors, BadChecksumIsDroppedByName) {
  open(kMasq);
  const Data inner = quote(Ip{.src = cip, .dst = rip}, Tcp{.sport = 4000, .dport = 80});
  const Icmp bad{.type = 3, .code = 1, .checksum = std::uint16_t{1}};
  bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip}) / bad / inner).bytes());
  EXPECT_THAT(bench.sent(kClients), IsEmpty());
  EXPECT_EQ(bench.host.drops(Drop::ipvs_bad_icmp), 1u);
}

TEST_F(IcmpErrors, FromTheServerSideOfDroutePassUntouched) {
  open(kDroute);
  bench.host.set_conf(bench.eth(kServers), host::Conf::accept_local, 1);
  const Data inner = quote(Ip{.src = cip, .dst = vip}, Tcp{.sport = 4000, .dport = 80});
  const Stack error = from_server(Ip{.src = rip, .dst = cip}) / Icmp{.type = 11} / inner;
  bench.receive(kServers, error.bytes());
  EXPECT_THAT(bench.sent(kClients),
              ElementsAre(to_router(Ip{.src = rip, .dst = cip, .ttl = 63}) / Icmp{.type = 11} / inner));
}

TEST_F(IcmpErrors, FromTheClientSideReachTheServer) {
  open(kMasq, "10.0.0.11:8080");
  const Data inner = quote(Ip{.src = vip, .dst = cip}, Tcp{.sport = 80, .dport = 4000, .ack = true});
  bench.advance_to(bench.clock.now_ + 10s);
  bench.receive(kClients, (from_router(Ip{.src = addr("192.0.2.1"), .dst = vip}) /
                           Icmp{.type = 3, .code = 4, .rest = 1400} / inner)
                              .bytes());
  Frame quoted = Eth{} / Ip{.src = rip, .dst = cip} /
                 Tcp{.sport = 8080, .dport = 4000, .ack = true, .checksum = base::load_be16(&inner.bytes[20 + 16])};
  EXPECT_THAT(bench.sent(kServers), ElementsAre(to_server(Ip{.src = addr("192.0.2.1"), .dst = rip, .ttl = 63}) /
                                                Icmp{.type = 3, .code = 4, .rest = 1400} / quote_of(quoted)));
  EXPECT_EQ(conns()[0].remaining, 50s);  // the timer is not touched
}

TEST_F(IcmpErrors, FromTheClientSideGoWholeToDrouteAndTunnelServers) {
  for (const ForwardMethod method : {kDroute, kTunnel}) {
    ip_vs.flush();
    bench.advance_to(bench.clock.now_ + 1000s);
    open(method);
    const Data inner = quote(Ip{.src = vip, .dst = cip}, Tcp{.sport = 80, .dport = 4000, .ack = true});
    const Ip outside{.src = addr("192.0.2.1"), .dst = vip};
    bench.receive(kClients, (from_router(outside) / Icmp{.type = 3, .code = 4, .rest = 1400} / inner).bytes());
    const auto sent = bench.sent(kServers);
    ASSERT_THAT(sent, SizeIs(1));
    Ip on = outside;
    on.ttl = 63;
    if (method == kDroute) {
      EXPECT_EQ(sent[0], (to_server(on) / Icmp{.type = 3, .code = 4, .rest = 1400} / inner));
    } else {
      EXPECT_EQ(without_ip_id(sent[0]), without_ip_id(to_server(Ip{.src = dip, .dst = rip, .ttl = 63}) / on /
                                                      Icmp{.type = 3, .code = 4, .rest = 1400} / inner));
    }
  }
}

TEST_F(IcmpErrors, WithoutConnectionTheyAreTheLocalStacks) {
  service(web);
  server(web, "10.0.0.11", kMasq);
  const Data inner = quote(Ip{.src = vip, .dst = cip}, Tcp{.sport = 80, .dport = 4000, .ack = true});
  const Frame error = from_router(Ip{.src = addr("192.0.2.1"), .dst = vip}) / Icmp{.type = 3, .code = 1} / inner;
  bench.receive(kClients, error);
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  sysctl("schedule_icmp", "1");
  bench.receive(kClients, error);
  EXPECT_EQ(where_to(), 11);
  EXPECT_THAT(conns(), SizeIs(1));
}

TEST_F(IcmpErrors, FragNeededAboutOurTunnelReachesTheClient) {
  service(web);
  server(web, "10.0.0.11", kTunnel);
  connect(cip, 4000);
  const Ip request{.src = cip, .dst = vip, .ttl = 63, .df = true};
  const Frame inner = Eth{} / Ip{.src = dip, .dst = rip, .ttl = 63, .df = true} / request /
                      Tcp{.sport = 4000, .dport = 80, .seq = 2, .ack = true} / Data::of(1400);
  bench.receive(kServers, (from_server(Ip{.src = router_inside, .dst = dip}, 13) /
                           Icmp{.type = 3, .code = 4, .rest = 1300} / quote_of(inner))
                              .bytes());
  const auto sent = bench.sent(kClients);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(base::load_be32(&sent[0][14 + 12]), vip.value);
  EXPECT_EQ(base::load_be32(&sent[0][14 + 16]), cip.value);
  EXPECT_EQ(sent[0][14 + 20], 3);
  EXPECT_EQ(sent[0][14 + 21], 4);
  EXPECT_EQ(base::load_be16(&sent[0][14 + 26]), 1480);  // as the route was before
  // The path's MTU is known now: the next one is refused here.
  bench.advance_to(bench.clock.now_ + 5s);
  bench.receive(kClients, (from_router(Ip{.src = cip, .dst = vip, .df = true}) /
                           Tcp{.sport = 4000, .dport = 80, .seq = 2, .ack = true} / Data::of(1300))
                              .bytes());
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  const auto refused = bench.sent(kClients);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(base::load_be16(&refused[0][14 + 26]), 1280);
}

TEST_F(IcmpErrors, PortUnreachableAboutOurTunnelIsRelayed) {
  service(web);
  server(web, "10.0.0.11", kTunnel);
  connect(cip, 4000);
  const Frame inner = Eth{} / Ip{.src = dip, .dst = rip, .ttl = 63} / Ip{.src = cip, .dst = vip, .ttl = 63} /
                      Tcp{.sport = 4000, .dport = 80, .seq = 1, .syn = true};
  bench.receive(kServers,
                (from_server(Ip{.src = rip, .dst = dip}) / Icmp{.type = 3, .code = 3} / quote_of(inner)).bytes());
  const auto sent = bench.sent(kClients);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(base::load_be32(&sent[0][14 + 12]), vip.value);
  EXPECT_EQ(sent[0][14 + 21], 3);
}

}  // namespace
}  // namespace lvs::test
