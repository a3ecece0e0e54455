// SPDX-License-Identifier: GPL-2.0-or-later
// The state tables cell by cell, timeouts, and what a listing shows of connections (ipvs.md section 3).
#include <map>
#include <sstream>

#include "ipvs/core/core.h"
#include "ipvs/director.h"
#include "ipvs/proto/sctp.h"
#include "ipvs/proto/tcp.h"
#include "wire/tcp.h"

namespace lvs::test {
namespace {

using ipvs::TcpEvent;
using ipvs::TcpTable;
namespace tcp_state = ipvs::tcp_state;

const std::map<std::string, std::uint8_t> kAbbreviations{
    {"NO", tcp_state::none},     {"ES", tcp_state::established}, {"SS", tcp_state::syn_sent},
    {"SR", tcp_state::syn_recv}, {"FW", tcp_state::fin_wait},    {"TW", tcp_state::time_wait},
    {"CL", tcp_state::close},    {"CW", tcp_state::close_wait},  {"LA", tcp_state::last_ack},
    {"LI", tcp_state::listen},   {"SA", tcp_state::synack}};

struct TableRow {
  bool secure;
  TcpTable table;
  TcpEvent event;
  std::string_view cells;  // NO ES SS SR FW TW CL CW LA LI SA
};

class TcpCells : public ::testing::TestWithParam<TableRow> {};

TEST_P(TcpCells, AsInTheKernel) {
  const TableRow& row = GetParam();
  std::istringstream cells{std::string(row.cells)};
  std::string cell;
  for (std::uint8_t state = 0; state < tcp_state::count_; ++state) {
    ASSERT_TRUE(cells >> cell);
    EXPECT_EQ(ipvs::tcp_state_name(ipvs::tcp_next_state(row.secure, row.table, row.event, state)),
              ipvs::tcp_state_name(kAbbreviations.at(cell)))
        << "from " << ipvs::tcp_state_name(state);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Normal, TcpCells,
    ::testing::Values(TableRow{false, TcpTable::input, TcpEvent::syn, "SR ES ES SR SR SR SR SR SR SR SR"},
                      TableRow{false, TcpTable::input, TcpEvent::fin, "CL CW SS TW TW TW CL CW LA LI TW"},
                      TableRow{false, TcpTable::input, TcpEvent::ack, "ES ES SS ES FW TW CL CW CL LI ES"},
                      TableRow{false, TcpTable::input, TcpEvent::rst, "CL CL CL SR CL CL CL CL LA LI SR"},
                      TableRow{false, TcpTable::output, TcpEvent::syn, "SS ES SS SR SS SS SS SS SS LI SR"},
                      TableRow{false, TcpTable::output, TcpEvent::fin, "TW FW SS TW FW TW CL TW LA LI TW"},
                      TableRow{false, TcpTable::output, TcpEvent::ack, "ES ES SS ES FW TW CL CW LA ES ES"},
                      TableRow{false, TcpTable::output, TcpEvent::rst, "CL CL SS CL CL TW CL CL CL CL CL"},
                      TableRow{false, TcpTable::input_only, TcpEvent::syn, "SR ES ES SR SR SR SR SR SR SR SR"},
                      TableRow{false, TcpTable::input_only, TcpEvent::fin, "CL FW SS TW FW TW CL CW LA LI TW"},
                      TableRow{false, TcpTable::input_only, TcpEvent::ack, "ES ES SS ES FW TW CL CW CL LI ES"},
                      TableRow{false, TcpTable::input_only, TcpEvent::rst, "CL CL CL SR CL CL CL CL LA LI CL"},
                      TableRow{false, TcpTable::input, TcpEvent::none, "CL CL CL CL CL CL CL CL CL CL CL"}));

INSTANTIATE_TEST_SUITE_P(
    Secure, TcpCells,
    ::testing::Values(TableRow{true, TcpTable::input, TcpEvent::syn, "SR ES ES SR SR SR SR SR SR SR SA"},
                      TableRow{true, TcpTable::input, TcpEvent::fin, "CL CW SS TW TW TW CL CW LA LI SA"},
                      TableRow{true, TcpTable::input, TcpEvent::ack, "ES ES SS SR FW TW CL CW CL LI SA"},
                      TableRow{true, TcpTable::input, TcpEvent::rst, "CL CL CL SR CL CL CL CL LA LI CL"},
                      TableRow{true, TcpTable::output, TcpEvent::syn, "SS ES SS SA SS SS SS SS SS LI SA"},
                      TableRow{true, TcpTable::output, TcpEvent::fin, "TW FW SS TW FW TW CL TW LA LI TW"},
                      TableRow{true, TcpTable::output, TcpEvent::ack, "ES ES SS ES FW TW CL CW LA ES ES"},
                      TableRow{true, TcpTable::output, TcpEvent::rst, "CL CL SS CL CL TW CL CL CL CL CL"},
                      TableRow{true, TcpTable::input_only, TcpEvent::syn, "SA ES ES SR SA SA SA SA SA SA SA"},
                      TableRow{true, TcpTable::input_only, TcpEvent::fin, "CL FW SS TW FW TW CL CW LA LI TW"},
                      TableRow{true, TcpTable::input_only, TcpEvent::ack, "ES ES SS ES FW TW CL CW CL LI ES"},
                      TableRow{true, TcpTable::input_only, TcpEvent::rst, "CL CL CL SR CL CL CL CL LA LI CL"}));

TEST(TcpEvents, PrecedenceOfFlags) {
  using wire::Tcp;
  EXPECT_EQ(ipvs::tcp_event(Tcp::rst | Tcp::syn | Tcp::fin | Tcp::ack), TcpEvent::rst);
  EXPECT_EQ(ipvs::tcp_event(Tcp::syn | Tcp::fin | Tcp::ack), TcpEvent::syn);
  EXPECT_EQ(ipvs::tcp_event(Tcp::fin | Tcp::ack), TcpEvent::fin);
  EXPECT_EQ(ipvs::tcp_event(Tcp::ack | Tcp::psh), TcpEvent::ack);
  EXPECT_EQ(ipvs::tcp_event(Tcp::psh), TcpEvent::none);
}

class States : public Director {
 protected:
  const ServiceKey web = tcp("192.168.0.100:80");
  // State and remaining seconds of the only connection.
  std::string state() const {
    const auto lines = conn_lines();
    if (lines.size() != 1) return std::to_string(lines.size()) + " connections";
    std::istringstream words(lines[0]);
    std::string protocol, client, virt, server, name, left;
    words >> protocol >> client >> virt >> server >> name >> left;
    return name + " " + left;
  }
  void reply(Tcp segment) {
    segment.sport = 80;
    segment.dport = 4000;
    bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip}) / segment).bytes());
  }
};

TEST_F(States, NatClosedByTheClient) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::masq);
  connect(cip, 4000);
  EXPECT_EQ(state(), "SYN_RECV 60");
  EXPECT_EQ(dest(web, "10.0.0.11").active_conns, 1u);
  reply({.syn = true, .ack = true});
  EXPECT_EQ(state(), "SYN_RECV 60");
  send(cip, 4000, {.ack = true});
  EXPECT_EQ(state(), "ESTABLISHED 900");
  send(cip, 4000, {.fin = true, .ack = true});
  EXPECT_EQ(state(), "CLOSE_WAIT 60");
  EXPECT_EQ(dest(web, "10.0.0.11").active_conns, 0u);
  EXPECT_EQ(dest(web, "10.0.0.11").inactive_conns, 1u);
  reply({.fin = true, .ack = true});
  EXPECT_EQ(state(), "TIME_WAIT 120");
  send(cip, 4000, {.ack = true});
  EXPECT_EQ(state(), "TIME_WAIT 120");
  bench.advance_to(bench.clock.now_ + 119s);
  EXPECT_EQ(state(), "TIME_WAIT 1");
  bench.advance_to(bench.clock.now_ + 1s);
  EXPECT_EQ(state(), "0 connections");
  EXPECT_EQ(dest(web, "10.0.0.11").inactive_conns, 0u);
}

TEST_F(States, NatClosedByTheServer) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::masq);
  connect(cip, 4000);
  reply({.syn = true, .ack = true});
  send(cip, 4000, {.ack = true});
  reply({.fin = true, .ack = true});
  EXPECT_EQ(state(), "FIN_WAIT 120");
  send(cip, 4000, {.fin = true, .ack = true});
  EXPECT_EQ(state(), "TIME_WAIT 120");
}

TEST_F(States, DrouteSeesOnlyTheClient) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  send(cip, 4000, {.ack = true});
  EXPECT_EQ(state(), "ESTABLISHED 900");
  send(cip, 4000, {.fin = true, .ack = true});
  EXPECT_EQ(state(), "FIN_WAIT 120");
  bench.advance_to(bench.clock.now_ + 100s);
  send(cip, 4000, {.ack = true});
  EXPECT_EQ(state(), "FIN_WAIT 120");
  send(cip, 4000, {.rst = true});
  EXPECT_EQ(state(), "CLOSE 10");
}

TEST_F(States, ReplyThroughTheDirectorEndsInputOnly) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  // A DR server that answers by way of the director: source VIP.
  bench.host.set_conf(bench.eth(kServers), host::Conf::accept_local, 1);
  send(cip, 4000, {.ack = true});
  bench.receive(kServers,
                (from_server(Ip{.src = vip, .dst = cip}) / Tcp{.sport = 80, .dport = 4000, .fin = true}).bytes());
  EXPECT_EQ(state(), "FIN_WAIT 120");
  EXPECT_THAT(bench.sent(kClients), ElementsAre(to_router(Ip{.src = vip, .dst = cip, .ttl = 63}) /
                                                Tcp{.sport = 80, .dport = 4000, .fin = true}));
  send(cip, 4000, {.fin = true});  // now by the table for both directions
  EXPECT_EQ(state(), "TIME_WAIT 120");
}

TEST_F(States, SegmentWithoutFlagsCloses) {
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  send(cip, 4000, {.psh = true});
  EXPECT_EQ(state(), "CLOSE 10");
}

TEST_F(States, UdpIsAlwaysInactiveAndProlonged) {
  const ServiceKey dns = udp("192.168.0.100:53");
  service(dns);
  server(dns, "10.0.0.11", ForwardMethod::masq);
  datagram(cip, 4000, "192.168.0.100:53");
  EXPECT_EQ(state(), "UDP 300");
  EXPECT_EQ(dest(dns, "10.0.0.11").active_conns, 0u);
  EXPECT_EQ(dest(dns, "10.0.0.11").inactive_conns, 1u);
  bench.advance_to(bench.clock.now_ + 200s);
  EXPECT_EQ(state(), "UDP 100");
  bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip}) / Udp{.sport = 53, .dport = 4000}).bytes());
  EXPECT_EQ(state(), "UDP 300");
}

TEST_F(States, TimeoutsThatCanBeSet) {
  ip_vs.set_timeouts({.tcp = 10, .tcp_fin = 0, .udp = 5});
  EXPECT_EQ(ip_vs.timeouts(), (ipvs::Timeouts{10, 120, 5}));
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  send(cip, 4000, {.ack = true});
  EXPECT_EQ(state(), "ESTABLISHED 10");
}

TEST_F(States, SecureTcpUsesItsTables) {
  sysctl("secure_tcp", "3");
  service(web);
  server(web, "10.0.0.11", ForwardMethod::droute);
  connect(cip, 4000);
  EXPECT_EQ(state(), "SYNACK 120");
  EXPECT_EQ(ip_vs.write_sysctl("secure_tcp", "4"), Error::invalid);
}

TEST_F(States, SctpByChunks) {
  const ServiceKey sigtran{.protocol = IpProto::sctp, .addr = vip, .port = 2905};
  service(sigtran);
  server(sigtran, "10.0.0.11", ForwardMethod::masq);
  const auto chunk = [&](bool to_server_side, std::uint8_t type) {
    // Ports, tag, CRC32c (not checked on the way), one chunk of four bytes.
    std::vector<std::uint8_t> b(16, 0);
    base::store_be16(&b[0], to_server_side ? 4000 : 2905);
    base::store_be16(&b[2], to_server_side ? 2905 : 4000);
    b[12] = type;
    b[15] = 4;
    if (to_server_side) {
      bench.receive(kClients, (from_router(Ip{.src = cip, .dst = vip, .protocol = 132}) / Data{b}).bytes());
    } else {
      bench.receive(kServers, (from_server(Ip{.src = rip, .dst = cip, .protocol = 132}) / Data{b}).bytes());
    }
    return state();
  };
  EXPECT_EQ(chunk(true, 0), "0 connections");  // DATA opens nothing
  EXPECT_EQ(chunk(true, 1), "INIT1 4");
  EXPECT_EQ(chunk(true, 1), "INIT 61");
  EXPECT_EQ(chunk(false, 2), "C-SENT 61");
  EXPECT_EQ(chunk(true, 10), "C-REPLIED 61");
  EXPECT_EQ(dest(sigtran, "10.0.0.11").active_conns, 0u);
  EXPECT_EQ(chunk(false, 11), "ESTABLISHED 900");
  EXPECT_EQ(dest(sigtran, "10.0.0.11").active_conns, 1u);
  EXPECT_EQ(chunk(true, 7), "S-RECEIVED 61");
  EXPECT_EQ(chunk(false, 8), "S-ACK-SENT 61");
  EXPECT_EQ(chunk(true, 14), "CLOSED 61");
}

}  // namespace
}  // namespace lvs::test
