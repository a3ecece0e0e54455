// SPDX-License-Identifier: GPL-2.0-or-later
// Services, destinations and connections come and go (ipvs.md sections 1, 2, 4).
#include "director.h"
#include "ipvs/core/core.h"

namespace lvs::test {
namespace {

constexpr auto kDroute = ForwardMethod::droute;
constexpr auto kMasq = ForwardMethod::masq;
using trace::Drop;

class Lifetimes : public Director {
 protected:
  const ServiceKey web = tcp("192.168.0.100:80");
  base::Ipv4Addr client(unsigned i) const { return {cip.value + i}; }
  Error remove(std::string_view where) {
    const EndPoint at = end_point(where);
    return ip_vs.delete_destination(web, at.addr, at.port == 0 ? web.port : at.port);
  }
  void weigh(std::string_view where, int weight) {
    const EndPoint at = end_point(where);
    ASSERT_EQ(ip_vs.edit_destination(web, {.addr = at.addr, .port = web.port, .weight = weight}), Error::none);
  }
};

TEST_F(Lifetimes, ErrorsOfTheKernel) {
  EXPECT_EQ(ip_vs.delete_service(web), Error::no_such_service);
  EXPECT_EQ(ip_vs.edit_service({.key = web, .pe_name = {}}), Error::no_such_service);
  EXPECT_EQ(ip_vs.zero(web), Error::no_such_service);
  EXPECT_EQ(ip_vs.add_service({.key = web, .scheduler = "foo", .pe_name = {}}), Error::no_scheduler);
  EXPECT_EQ(ip_vs.add_service({.key = web, .pe_name = "foo"}), Error::no_scheduler);
  service(web, "none");
  EXPECT_EQ(ip_vs.add_service({.key = web, .pe_name = {}}), Error::exists);
  DestinationConfig d{.addr = rip, .port = 80};
  EXPECT_EQ(ip_vs.add_destination(tcp("192.168.0.100:81"), d), Error::no_such_service);
  EXPECT_EQ(ip_vs.edit_destination(web, d), Error::no_such_destination);
  EXPECT_EQ(ip_vs.delete_destination(web, rip, 80), Error::no_such_destination);
  EXPECT_EQ(ip_vs.add_destination(web, d), Error::none);
  d.method = kMasq;
  EXPECT_EQ(ip_vs.add_destination(web, d), Error::exists);
  d.weight = -1;
  EXPECT_EQ(ip_vs.edit_destination(web, d), Error::range);
  d.weight = 1;
  d.lower_threshold = 2;
  d.upper_threshold = 1;
  EXPECT_EQ(ip_vs.edit_destination(web, d), Error::range);
  EXPECT_EQ(ip_vs.add_destination(web, {.addr = addr("224.0.0.1"), .port = 80}), Error::invalid);
  EXPECT_EQ(ip_vs.add_destination(web, {.addr = addr("255.255.255.255"), .port = 80}), Error::invalid);
  EXPECT_EQ(
      ip_vs.add_destination(
          web,
          {.addr = addr("10.0.0.12"), .port = 80, .method = ForwardMethod::ipip, .tunnel_type = ipvs::TunnelType::gue}),
      Error::invalid);
}

TEST_F(Lifetimes, HooksAreThereWhileThereAreServices) {
  using host::Hook;
  EXPECT_TRUE(bench.host.netfilter.empty(Hook::NF_INET_LOCAL_IN));
  service(web);
  const auto hooks = [&](Hook hook) {
    std::vector<std::pair<int, std::string_view>> all;
    for (const auto& entry : bench.host.netfilter.chain(hook)) all.emplace_back(entry.priority, entry.name);
    return all;
  };
  using Pair = std::pair<int, std::string_view>;
  EXPECT_THAT(hooks(Hook::NF_INET_LOCAL_IN), ElementsAre(Pair{98, "ip_vs_out"}, Pair{99, "ip_vs_in"}));
  EXPECT_THAT(hooks(Hook::NF_INET_LOCAL_OUT), ElementsAre(Pair{-99, "ip_vs_out"}, Pair{-98, "ip_vs_in"}));
  EXPECT_THAT(hooks(Hook::NF_INET_FORWARD), ElementsAre(Pair{99, "ip_vs_forward_icmp"}, Pair{100, "ip_vs_out"}));
  service(udp("192.168.0.100:53"));
  ip_vs.delete_service(web);
  EXPECT_FALSE(bench.host.netfilter.empty(Hook::NF_INET_LOCAL_IN));
  ip_vs.flush();
  EXPECT_TRUE(bench.host.netfilter.empty(Hook::NF_INET_LOCAL_IN));
}

TEST_F(Lifetimes, ServicesAreListedByBucketNewestFirst) {
  // Bucket: protocol ^ address ^ port>>8 ^ port, low byte.
  const ServiceKey a = tcp("192.168.0.100:80"), b = tcp("192.168.1.100:80"), c = tcp("192.168.0.100:81");
  for (const ServiceKey& key : {a, b, c, mark(1)}) service(key);
  std::vector<ServiceKey> keys;
  for (const auto* s : ip_vs.services()) keys.push_back(s->key);
  EXPECT_THAT(keys, ElementsAre(b, a, c, mark(1)));
}

TEST_F(Lifetimes, WeightZeroKeepsConnections) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  server(web, "10.0.0.12", kDroute);
  EXPECT_EQ(connect(client(1), 4000), 12);
  weigh("10.0.0.12", 0);
  EXPECT_EQ(connect(client(2), 4000), 11);
  EXPECT_EQ(connect(client(3), 4000), 11);
  EXPECT_EQ(send(client(1), 4000, {.ack = true}), 12);
}

TEST_F(Lifetimes, PacketsOfARemovedServerAreDroppedInSilence) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  connect(cip, 4000);
  send(cip, 4000, {.ack = true});
  ASSERT_EQ(remove("10.0.0.11"), Error::none);
  bench.advance_to(bench.clock.now_ + 100s);
  EXPECT_EQ(send(cip, 4000, {.ack = true}), 0);
  EXPECT_THAT(bench.sent(kClients), IsEmpty());
  EXPECT_EQ(bench.host.drops(Drop::ipvs_dest_gone), 1u);
  EXPECT_THAT(conn_lines(),  // the timer ran on
              ElementsAre("TCP 172.16.0.1:4000 192.168.0.100:80 10.0.0.11:80 ESTABLISHED 800"));
}

TEST_F(Lifetimes, RevivedServerGoesOnWithConnectionsAndStatistics) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  connect(cip, 4000);
  bench.advance_to(bench.clock.now_ + 3s);
  EXPECT_EQ(dest(web, "10.0.0.11").stats.shown().conns, 1u);
  remove("10.0.0.11");
  server(web, "10.0.0.11", kDroute);
  EXPECT_EQ(dest(web, "10.0.0.11").active_conns, 1u);
  EXPECT_EQ(dest(web, "10.0.0.11").stats.shown().conns, 1u);
  EXPECT_EQ(send(cip, 4000, {.ack = true}), 11);
  // In a new service of the same name the statistics begin again.
  ip_vs.delete_service(web);
  service(web);
  server(web, "10.0.0.11", kDroute);
  EXPECT_EQ(dest(web, "10.0.0.11").active_conns, 1u);
  EXPECT_EQ(dest(web, "10.0.0.11").stats.shown().conns, 0u);
}

TEST_F(Lifetimes, TrashIsEmptiedAfterTwoIdleMinutes) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  connect(cip, 4000);
  remove("10.0.0.11");
  auto& trash = ip_vs.core().trash;
  // SYN_RECV ends after 60 s; seen idle at 60 or 120 s, freed 120 s later.
  bench.advance_to(bench.clock.now_ + 170s);
  EXPECT_THAT(trash, SizeIs(1));
  bench.advance_to(bench.clock.now_ + 75s);
  EXPECT_THAT(trash, IsEmpty());
}

TEST_F(Lifetimes, ExpireNodestConnReschedulesOrResets) {
  sysctl("expire_nodest_conn", "1");
  service(web);
  server(web, "10.0.0.11", kDroute);
  server(web, "10.0.0.12", kDroute);
  EXPECT_EQ(connect(client(1), 4000), 12);
  EXPECT_EQ(connect(client(2), 4000), 11);
  EXPECT_EQ(connect(client(3), 4000), 12);
  remove("10.0.0.12");
  EXPECT_EQ(connect(client(1), 4000), 11);             // a SYN goes elsewhere
  EXPECT_EQ(send(client(3), 4000, {.ack = true}), 0);  // what is amid a connection goes to the local stack
  const auto resets = bench.sent(kClients);
  ASSERT_THAT(resets, SizeIs(1));
  EXPECT_EQ(resets[0][14 + 20 + 13], 0x04);
  bench.advance_to(bench.clock.now_ + 1s);
  EXPECT_THAT(conns(), SizeIs(2));
}

TEST_F(Lifetimes, ExpireNodestConnSweepsAtDeletion) {
  sysctl("expire_nodest_conn", "1");
  service(web);
  server(web, "10.0.0.11", kDroute);
  for (unsigned i = 0; i < 50; ++i) connect(client(i), 4000);
  EXPECT_THAT(conns(), SizeIs(50));
  remove("10.0.0.11");
  bench.advance_to(bench.clock.now_ + 1s);
  EXPECT_THAT(conns(), IsEmpty());
}

TEST_F(Lifetimes, OldConnectionsAfterTheLastServiceReachTheLocalStack) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  connect(cip, 4000);
  ip_vs.flush();
  EXPECT_EQ(send(cip, 4000, {.ack = true}), 0);
  EXPECT_THAT(bench.sent(kClients), SizeIs(1));  // RST
  EXPECT_EQ(bench.host.drops(Drop::ipvs_dest_gone), 0u);
}

TEST_F(Lifetimes, ReusedPort) {
  struct Row {
    std::string_view mode;
    Tcp last;        // what ended the first connection, by DR
    bool elsewhere;  // the new SYN is scheduled anew
  };
  const Tcp fin{.fin = true}, rst{.rst = true}, ack{.ack = true};
  std::uint16_t port = 4000;
  for (const Row& row : {Row{"0", rst, false}, Row{"1", rst, true}, Row{"1", fin, false}, Row{"2", fin, true},
                         Row{"3", fin, true}, Row{"2", rst, true}, Row{"1", ack, false}}) {
    SCOPED_TRACE(std::string(row.mode) + (row.last.rst ? " rst" : row.last.fin ? " fin" : " ack"));
    ip_vs.flush();
    sysctl("conn_reuse_mode", row.mode);
    service(web);
    server(web, "10.0.0.11", kDroute);
    server(web, "10.0.0.12", kDroute);
    ++port;
    EXPECT_EQ(connect(cip, port), 12);
    send(cip, port, {.ack = true});
    EXPECT_EQ(send(cip, port, row.last), 12);
    EXPECT_EQ(connect(cip, port), row.elsewhere ? 11 : 12);
    bench.advance_to(bench.clock.now_ + 2000s);
    EXPECT_THAT(conns(), IsEmpty());
  }
}

TEST_F(Lifetimes, ThresholdsByTotalConnections) {
  service(web, "wlc");
  server(web, "10.0.0.11", kDroute, 1, 2);
  EXPECT_EQ(connect(client(1), 4000), 11);
  EXPECT_EQ(connect(client(2), 4000), 11);
  EXPECT_TRUE(dest(web, "10.0.0.11").overloaded);
  EXPECT_EQ(connect(client(3), 4000), 0);
  EXPECT_EQ(bench.host.drops(Drop::ipvs_no_destination), 1u);
  EXPECT_EQ(send(client(1), 4000, {.ack = true}), 11);  // those that are there go on
  // 3/4 of the upper threshold: below 1.5, so at one connection.
  send(client(2), 4000, {.rst = true});
  bench.advance_to(bench.clock.now_ + 61s);
  EXPECT_FALSE(dest(web, "10.0.0.11").overloaded);
}

TEST_F(Lifetimes, LowerThresholdHoldsBack) {
  service(web, "wlc");
  server(web, "10.0.0.11", kDroute, 1, 3, 2);
  for (unsigned i = 0; i < 3; ++i) connect(client(i), 4000);
  send(client(0), 4000, {.ack = true});
  EXPECT_TRUE(dest(web, "10.0.0.11").overloaded);
  bench.advance_to(bench.clock.now_ + 61s);  // SYN_RECV of two ends: 3 -> 1
  EXPECT_FALSE(dest(web, "10.0.0.11").overloaded);
}

TEST_F(Lifetimes, SloppyTcpSchedulesAnySegmentButRst) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  sysctl("sloppy_tcp", "1");
  EXPECT_EQ(send(client(1), 4000, {.ack = true}), 11);
  EXPECT_EQ(send(client(2), 4000, {.rst = true}), 0);
}

TEST_F(Lifetimes, SourcePort20IsNotScheduled) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  EXPECT_EQ(connect(cip, 20), 0);
  EXPECT_EQ(bench.host.drops(Drop::ipvs_no_destination), 0u);
}

TEST_F(Lifetimes, FwmarkComesBeforeAddress) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  service(mark(7));
  server(mark(7), "10.0.0.12", kDroute);
  bench.host.netfilter.add(host::Hook::NF_INET_PRE_ROUTING, {0, "mark",
                                                             [](void*, host::Hook, host::PacketPtr& p) {
                                                               p->mark = 7;
                                                               return host::HookResult::accept();
                                                             },
                                                             nullptr});
  EXPECT_EQ(connect(cip, 4000), 12);
  EXPECT_THAT(conn_lines(), ElementsAre("TCP 172.16.0.1:4000 192.168.0.100:80 10.0.0.12:80 SYN_RECV 60"));
}

TEST_F(Lifetimes, OnePacketConnectionsLeaveNothing) {
  const ServiceKey dns = udp("192.168.0.100:53");
  service(dns, "rr", ipvs::service_flag::one_packet);
  server(dns, "10.0.0.11", kMasq);
  server(dns, "10.0.0.12", kMasq);
  EXPECT_EQ(datagram(cip, 4000, "192.168.0.100:53"), 12);
  EXPECT_EQ(datagram(cip, 4000, "192.168.0.100:53"), 11);
  EXPECT_THAT(conns(), IsEmpty());
  EXPECT_EQ(dest(dns, "10.0.0.11").inactive_conns, 0u);
  EXPECT_EQ(dest(dns, "10.0.0.11").stats.live.conns, 1u);
}

TEST_F(Lifetimes, DropPacketDropsOneInN) {
  sysctl("am_droprate", "3");
  sysctl("drop_packet", "3");
  service(web);
  server(web, "10.0.0.11", kDroute);
  std::string seen;
  for (unsigned i = 0; i < 7; ++i) seen += connect(client(i), 4000) == 11 ? "+" : "-";
  EXPECT_EQ(seen, "-++-++-");
  EXPECT_EQ(bench.host.drops(Drop::ipvs_drop_rate), 3u);
}

TEST_F(Lifetimes, DropEntryClearsHalfOpenConnections) {
  sysctl("drop_entry", "3");
  service(web);
  server(web, "10.0.0.11", kDroute);
  for (unsigned i = 0; i < 200; ++i) connect(client(i), 4000);
  connect(client(500), 5000);
  send(client(500), 5000, {.ack = true});
  bench.advance_to(bench.clock.now_ + 50s);  // less than SYN_RECV lasts
  EXPECT_LT(conns().size(), 150u);
  EXPECT_EQ(send(client(500), 5000, {.ack = true}), 11);
}

TEST_F(Lifetimes, NatIcmpSendTellsTheServer) {
  service(web);
  server(web, "10.0.0.11", kMasq);
  const Frame stray = from_server(Ip{.src = rip, .dst = cip}) / Tcp{.sport = 80, .dport = 4000, .ack = true};
  bench.receive(kServers, stray);
  EXPECT_THAT(bench.sent(kClients), SizeIs(1));  // passes untranslated
  sysctl("nat_icmp_send", "1");
  bench.receive(kServers, stray);
  EXPECT_THAT(bench.sent(kClients), IsEmpty());
  const auto sent = bench.sent(kServers);
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0][14 + 20], 3);
  EXPECT_EQ(sent[0][14 + 21], 3);
  bench.receive(kServers,
                (from_server(Ip{.src = rip, .dst = cip}) / Tcp{.sport = 80, .dport = 4000, .rst = true}).bytes());
  EXPECT_THAT(bench.sent(kClients), SizeIs(1));
}

TEST_F(Lifetimes, TruncatedHeadersAreDroppedByName) {
  service(web);
  server(web, "10.0.0.11", kDroute);
  bench.receive(kClients, (from_router(Ip{.src = cip, .dst = vip, .protocol = 6}) / Data::of(12)).bytes());
  bench.receive(kClients, (from_router(Ip{.src = cip, .dst = vip, .protocol = 17}) / Data::of(3)).bytes());
  EXPECT_EQ(bench.host.drops(Drop::ipvs_bad_packet), 2u);
}

TEST_F(Lifetimes, SysctlTexts) {
  EXPECT_EQ(ip_vs.read_sysctl("sync_threshold"), "3\t50");
  EXPECT_EQ(ip_vs.read_sysctl("conn_reuse_mode"), "1");
  EXPECT_EQ(ip_vs.read_sysctl("foo"), std::nullopt);
  EXPECT_EQ(ip_vs.write_sysctl("foo", "1"), Error::no_such_name);
  EXPECT_EQ(ip_vs.write_sysctl("conntrack", "x"), Error::invalid);
  EXPECT_EQ(ip_vs.write_sysctl("sync_ports", "3"), Error::invalid);
  EXPECT_EQ(ip_vs.write_sysctl("sync_retries", "4"), Error::invalid);
  EXPECT_EQ(ip_vs.write_sysctl("sync_threshold", "5 10"), Error::none);
  EXPECT_EQ(ip_vs.write_sysctl("sync_threshold", "10 5"), Error::invalid);
  EXPECT_EQ(ip_vs.read_sysctl("sync_threshold"), "5\t10");
}

}  // namespace
}  // namespace lvs::test
