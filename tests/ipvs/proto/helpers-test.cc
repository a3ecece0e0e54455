// SPDX-License-Identifier: GPL-2.0-or-later
// FTP through NAT, SIP persistence, other tunnels, bypass, and rates (ipvs.md sections 1, 4.3, 6, 7, 10).
#include "ipvs/director.h"
#include "ipvs/proto/ftp-parse.h"

namespace lvs::test {
namespace {

constexpr auto kMasq = ForwardMethod::masq;

Data text(std::string_view s) { return Data{{s.begin(), s.end()}}; }

class Ftp : public Director {
 protected:
  void SetUp() override {
    service(ftp);
    server(ftp, "10.0.0.11", kMasq);
    connect(cip, 4000, "192.168.0.100:21");
    answer({.seq = 100, .ack_seq = 2, .syn = true, .ack = true}, "");
    ask({.seq = 2, .ack_seq = 101, .ack = true}, "");
    bench.sent(kServers);
    bench.sent(kClients);
  }
  void ask(Tcp segment, std::string_view what) {
    segment.sport = 4000;
    segment.dport = 21;
    bench.receive(kClients, (from_router(Ip{.src = cip, .dst = vip}) / segment / text(what)).bytes());
  }
  void answer(Tcp segment, std::string_view what) {
    segment.sport = 21;
    segment.dport = 4000;
    bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip}) / segment / text(what)).bytes());
  }
  const ServiceKey ftp = tcp("192.168.0.100:21");
};

TEST_F(Ftp, PassiveAnswerNamesTheVip) {
  ask({.seq = 2, .ack_seq = 101, .psh = true, .ack = true}, "PASV\r\n");
  bench.sent(kServers);
  answer({.seq = 101, .ack_seq = 8, .psh = true, .ack = true}, "227 Entering Passive Mode (10,0,0,11,195,80).\r\n");
  EXPECT_THAT(bench.sent(kClients),
              ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63}) /
                          Tcp{.sport = 21, .dport = 4000, .seq = 101, .ack_seq = 8, .psh = true, .ack = true} /
                          text("227 Entering Passive Mode (192,168,0,100,195,80).\r\n")));
  EXPECT_THAT(conn_lines(), ElementsAre("TCP 172.16.0.1:0 192.168.0.100:50000 10.0.0.11:50000 LISTEN 120",
                                        "TCP 172.16.0.1:4000 192.168.0.100:21 10.0.0.11:21 ESTABLISHED 900"));
  // The text grew by 4 bytes: the client acknowledges them, the server must not hear of them.
  ask({.seq = 8, .ack_seq = 101 + 51, .ack = true}, "");
  EXPECT_THAT(bench.sent(kServers),
              ElementsAre(to_server(Ip{.src = cip, .dst = rip, .ttl = 63}) /
                          Tcp{.sport = 4000, .dport = 21, .seq = 8, .ack_seq = 101 + 47, .ack = true}));
  answer({.seq = 101 + 47, .ack_seq = 8, .ack = true}, "x");
  EXPECT_THAT(bench.sent(kClients),
              ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63}) /
                          Tcp{.sport = 21, .dport = 4000, .seq = 101 + 51, .ack_seq = 8, .ack = true} / text("x")));
  // The data connection comes from any port.
  EXPECT_EQ(connect(cip, 5555, "192.168.0.100:50000"), 11);
  EXPECT_EQ(conn_lines()[1], "TCP 172.16.0.1:5555 192.168.0.100:50000 10.0.0.11:50000 SYN_RECV 60");
}

TEST_F(Ftp, ExtendedPassiveKeepsThePort) {
  ask({.seq = 2, .ack_seq = 101, .psh = true, .ack = true}, "EPSV\r\n");
  answer({.seq = 101, .ack_seq = 8, .psh = true, .ack = true}, "229 Entering Extended Passive Mode (|||50000|)\r\n");
  bench.sent(kClients);
  EXPECT_EQ(conn_lines()[0], "TCP 172.16.0.1:0 192.168.0.100:50000 10.0.0.11:50000 LISTEN 120");
}

TEST_F(Ftp, ActiveDataComesFromTheVipsPort20) {
  ask({.seq = 2, .ack_seq = 101, .psh = true, .ack = true}, "PORT 172,16,0,1,19,137\r\n");
  EXPECT_EQ(conn_lines()[1], "TCP 172.16.0.1:5001 192.168.0.100:20 10.0.0.11:20 LISTEN 120");
  bench.receive(kServers,
                (from_server(Ip{.src = rip, .dst = cip}) / Tcp{.sport = 20, .dport = 5001, .syn = true}).bytes());
  EXPECT_THAT(bench.sent(kClients), ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63}) /
                                                Tcp{.sport = 20, .dport = 5001, .syn = true}));
}

TEST(FtpParse, AddressesAndWhatIsNone) {
  using ipvs::parse_ftp_address;
  using ipvs::parse_ftp_extended;
  const auto port = parse_ftp_address("PORT 1,2,3,4,5,6\r\n", "PORT", ' ');
  ASSERT_TRUE(port);
  EXPECT_EQ(port->addr, addr("1.2.3.4"));
  EXPECT_EQ(port->port, 5 * 256 + 6);
  EXPECT_TRUE(parse_ftp_address("port 1,2,3,4,5,6\n", "PORT", ' '));
  EXPECT_TRUE(parse_ftp_address("227 =1,2,3,4,5,6\n", "227 ", '('));  // without parenthesis
  for (const char* bad :
       {"PORT 1,2,3,4,5\r\n", "PORT 1,2,3,4,5,6", "PORT 1,2,3,4,5,256\r\n", "PORT", "POR", "XORT 1,2,3,4,5,6\r"}) {
    EXPECT_FALSE(parse_ftp_address(bad, "PORT", ' ')) << bad;
  }
  const auto eprt = parse_ftp_extended("EPRT |1|1.2.3.4|6275|\r\n", "EPRT", ' ', false);
  ASSERT_TRUE(eprt);
  EXPECT_EQ(eprt->addr, addr("1.2.3.4"));
  EXPECT_EQ(eprt->port, 6275);
  for (const char* bad : {"EPRT |2|::1|6275|\r\n", "EPRT |1|1.2.3|6275|\r\n", "EPRT |1|1.2.3.4|0|\r\n",
                          "EPRT |||6275|\r\n", "EPRT |1|1.2.3.4|65536|\r\n", "EPRT |1|1.2.3.4|6275"}) {
    EXPECT_FALSE(parse_ftp_extended(bad, "EPRT", ' ', false)) << bad;
  }
  using ipvs::FtpRequest;
  EXPECT_EQ(ipvs::find_ftp_request("pasv\r\n"), FtpRequest::passive);
  EXPECT_EQ(ipvs::find_ftp_request("EPSV\r\n"), FtpRequest::extended_passive);
  EXPECT_EQ(ipvs::find_ftp_request("EPSV 1\r\n"), FtpRequest::extended_passive);
  EXPECT_EQ(ipvs::find_ftp_request("EPSV 2\r\n"), FtpRequest::other);
  EXPECT_EQ(ipvs::find_ftp_request("PASV"), FtpRequest::other);
}

class Others : public Director {
 protected:
  const ServiceKey web = tcp("192.168.0.100:80");
};

TEST_F(Others, SipCallsStayTogether) {
  const ServiceKey sip = udp("192.168.0.100:5060");
  ASSERT_EQ(
      ip_vs.add_service(
          {.key = sip, .scheduler = "rr", .flags = ipvs::service_flag::persistent, .timeout = 60, .pe_name = "sip"}),
      Error::none);
  server(sip, "10.0.0.11", kMasq);
  server(sip, "10.0.0.12", kMasq);
  const auto invite = [&](std::uint16_t port, std::string_view message) {
    bench.receive(
        kClients,
        (from_router(Ip{.src = cip, .dst = vip}) / Udp{.sport = port, .dport = 5060} / text(message)).bytes());
    return where_to();
  };
  const std::string one = "INVITE sip:a@b SIP/2.0\r\nVia: x\r\nCall-ID: 123@host\r\n\r\n";
  const std::string two = "INVITE sip:a@b SIP/2.0\r\ni: 456@host\r\n\r\n";
  EXPECT_EQ(invite(4001, one), 12);
  EXPECT_EQ(invite(4002, two), 11);
  EXPECT_EQ(invite(4003, one), 12);
  EXPECT_EQ(invite(4004, "INVITE sip:a@b SIP/2.0\r\n\r\n"), 0);
  EXPECT_EQ(bench.host.drops(trace::Drop::ipvs_sip), 1u);
  std::vector<std::string> calls;
  for (const ConnInfo& c : conns()) {
    if (!c.pe_name.empty()) calls.push_back(c.pe_name + " " + c.pe_data);
  }
  EXPECT_THAT(calls, ::testing::UnorderedElementsAre("sip 123@host", "sip 456@host"));
}

TEST_F(Others, GueAndGreTunnels) {
  struct Row {
    ipvs::TunnelType type;
    std::uint16_t flags;
    std::uint8_t protocol;
    std::size_t header;
  };
  std::uint16_t port = 4000;
  for (const Row& row : {Row{ipvs::TunnelType::gue, 0, 17, 12}, Row{ipvs::TunnelType::gue, 1, 17, 12},
                         Row{ipvs::TunnelType::gre, 0, 47, 4}, Row{ipvs::TunnelType::gre, 1, 47, 8}}) {
    ip_vs.flush();
    service(web);
    ASSERT_EQ(ip_vs.add_destination(
                  web, {.addr = rip,
                        .port = 80,
                        .method = ForwardMethod::ipip,
                        .tunnel_type = row.type,
                        .tunnel_port = row.type == ipvs::TunnelType::gue ? std::uint16_t{6080} : std::uint16_t{0},
                        .tunnel_flags = row.flags}),
              Error::none);
    bench.receive(kClients,
                  (from_router(Ip{.src = cip, .dst = vip}) / Tcp{.sport = ++port, .dport = 80, .syn = true}).bytes());
    const auto sent = bench.sent(kServers);
    ASSERT_THAT(sent, SizeIs(1));
    const std::uint8_t* outer = &sent[0][14];
    EXPECT_EQ(outer[9], row.protocol);
    EXPECT_EQ(base::load_be16(outer + 2), 20 + row.header + 40);
    const std::uint8_t* tunnel = outer + 20;
    if (row.type == ipvs::TunnelType::gue) {
      EXPECT_EQ(base::load_be16(tunnel + 2), 6080);
      EXPECT_EQ(base::load_be16(tunnel + 4), 8 + 4 + 40);
      EXPECT_EQ(base::load_be16(tunnel + 6) != 0, row.flags != 0);
      EXPECT_EQ(tunnel[8], 0);
      EXPECT_EQ(tunnel[9], 4);
    } else {
      EXPECT_EQ(base::load_be16(tunnel), row.flags != 0 ? 0x8000 : 0);
      EXPECT_EQ(base::load_be16(tunnel + 2), 0x0800);
      EXPECT_TRUE(row.flags == 0 || wire::sum_fold(wire::sum_bytes({tunnel, 48})) == 0xffff);
    }
    const std::uint8_t* inner = tunnel + row.header;
    EXPECT_EQ(inner[0], 0x45);
    EXPECT_EQ(inner[8], 63);
    EXPECT_EQ(base::load_be32(inner + 16), vip.value);
  }
}

TEST_F(Others, CacheBypassSendsOnWhenNoCacheIsLeft) {
  sysctl("cache_bypass", "1");
  service(mark(3));
  bench.host.fib.add({.dst = prefix("198.51.100.0/24"),
                      .table = host::table::local,
                      .type = host::RouteType::local,
                      .scope = host::Scope::host,
                      .dev = &bench.lo()});
  bench.host.netfilter.add(host::Hook::NF_INET_PRE_ROUTING, {0, "mark",
                                                             [](void*, host::Hook, host::PacketPtr& p) {
                                                               p->mark = 3;
                                                               return host::HookResult::accept();
                                                             },
                                                             nullptr});
  // Local here for the mark's sake: no unicast address, so no bypass but an error.
  EXPECT_EQ(connect(cip, 4000, "198.51.100.7:80"), 0);
  EXPECT_THAT(bench.sent(kClients), SizeIs(1));
  EXPECT_THAT(conns(), IsEmpty());
}

TEST_F(Others, IgnoreTunneledMarksUnknownProtocols) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  host::Device& tunnel = *bench.host.device("tunl0");
  bench.host.set_up(tunnel, true);
  bench.host.set_conf_all(host::Conf::rp_filter, 0);
  const Frame shell = from_router(Ip{.src = addr("192.168.0.254"), .dst = addr("192.168.0.1")}) /
                      Ip{.src = cip, .dst = vip} / Tcp{.sport = 4000, .dport = 80, .syn = true};
  bench.receive(kClients, shell);
  EXPECT_EQ(where_to(), 11);
  sysctl("ignore_tunneled", "1");
  Frame second = from_router(Ip{.src = addr("192.168.0.254"), .dst = addr("192.168.0.1")}) /
                 Ip{.src = cip, .dst = vip} / Tcp{.sport = 4001, .dport = 80, .syn = true};
  bench.receive(kClients, second);
  EXPECT_EQ(where_to(), 0);
}

TEST_F(Others, StatisticsAndRates) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  const auto stats = [&] { return dest(web, "10.0.0.11").stats; };
  for (unsigned i = 0; i < 4; ++i) connect({cip.value + i}, 4000);
  EXPECT_EQ(stats().shown(), ipvs::Counters{});  // until the estimator has ticked
  bench.advance_to(2s);
  EXPECT_EQ(stats().shown(), (ipvs::Counters{4, 4, 0, 160, 0}));
  EXPECT_EQ(ip_vs.total_stats().shown(), (ipvs::Counters{4, 4, 0, 160, 0}));
  // 4 in 2 s: a quarter of 2 a second is 0.5, which is shown as 0; of 80 bytes a second 20.
  EXPECT_EQ(stats().rates(), (ipvs::Rates{0, 0, 0, 20, 0}));
  ip_vs.zero(web);
  EXPECT_EQ(stats().shown(), ipvs::Counters{});
  EXPECT_EQ(stats().rates(), ipvs::Rates{});
  EXPECT_EQ(ip_vs.total_stats().shown().conns, 4u);
  connect({cip.value + 9}, 4000);
  bench.advance_to(4s);
  EXPECT_EQ(stats().shown(), (ipvs::Counters{1, 1, 0, 40, 0}));
}

TEST_F(Others, SteadyRateIsReachedAfterNineteenTicks) {
  ipvs::Stats stats;
  int ticks = 0;
  while (stats.rates().in_pps != 100) {
    stats.live.in_packets += 200;
    stats.tick();
    ++ticks;
    ASSERT_LT(ticks, 50);
  }
  EXPECT_EQ(ticks, 19);
  for (int i = 0; i < 60; ++i) stats.tick();
  EXPECT_EQ(stats.rates().in_pps, 0u);
}

TEST_F(Others, RunEstimationOffStopsTheListing) {
  sysctl("run_estimation", "0");
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  bench.advance_to(10s);
  EXPECT_EQ(dest(web, "10.0.0.11").stats.shown(), ipvs::Counters{});
}

TEST_F(Others, FragmentsAreScheduledWhole) {
  const ServiceKey dns = udp("192.168.0.100:53");
  service(dns);
  server(dns, "10.0.0.11", kMasq);
  const Frame whole =
      from_router(Ip{.src = cip, .dst = vip, .id = 5}) / Udp{.sport = 4000, .dport = 53} / Data::of(1200);
  const auto piece = [&](unsigned offset, std::size_t size, bool more) {
    const Frame part(whole.begin() + 34 + offset, whole.begin() + 34 + static_cast<long>(offset + size));
    return (from_router(Ip{.src = cip, .dst = vip, .id = 5, .mf = more, .offset = offset, .protocol = 17}) / Data{part})
        .bytes();
  };
  bench.receive(kClients, piece(0, 800, true));
  EXPECT_THAT(bench.sent(kServers), IsEmpty());
  bench.receive(kClients, piece(800, 408, false));
  EXPECT_THAT(bench.sent(kServers), SizeIs(2));
  EXPECT_THAT(conns(), SizeIs(1));
  EXPECT_EQ(dest(dns, "10.0.0.11").stats.live.in_packets, 1u);
}

TEST_F(Others, MemoryOfAConnection) {
  sysctl("drop_entry", "0");
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  for (unsigned i = 0; i < 20000; ++i) connect({cip.value + i / 1000}, static_cast<std::uint16_t>(2000 + i % 1000));
  ASSERT_EQ(ip_vs.connection_count(), 20000u);
  EXPECT_LE(ip_vs.connection_bytes() / ip_vs.connection_count(), 128u);
  bench.advance_to(bench.clock.now_ + 61s);
  EXPECT_EQ(ip_vs.connection_count(), 0u);
  EXPECT_EQ(dest(web, "10.0.0.11").total_conns(), 0u);
}

}  // namespace
}  // namespace lvs::test
