// SPDX-License-Identifier: GPL-2.0-or-later
// A modelled director between real clients and servers: network namespaces on TAPs, with the machine's own TCP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "emu/net.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using testing::HasSubstr;
using testing::Not;

// Pages and a large file, by busybox httpd.
class HttpServer {
 public:
  HttpServer(const Namespace& where, const std::string& page) : folder_(temporary("www-" + page)) {
    os::run({"mkdir", "-p", folder_});
    os::write_file(folder_ + "/index.html", page + "\n");
    os::run({"sh", "-c", "head -c 20000000 /dev/urandom > " + folder_ + "/big"});
    server_ = std::make_unique<Program>(where, "busybox httpd -f -p 80 -h " + folder_);
    for (int i = 0; i < 50 && where.output("ss -ltn").find(":80 ") == std::string::npos; ++i) ::usleep(20'000);
  }
  ~HttpServer() {
    server_.reset();
    os::run({"rm", "-rf", folder_});
  }
  std::string big() const { return folder_ + "/big"; }

 private:
  std::string folder_;
  std::unique_ptr<Program> server_;
};

class Forwarding : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
  }

  // A TAP named as the lab names the interface, in the host's namespace: its startup lines run there as they are.
  static std::string tap(const std::string& segment, const Namespace& host, const std::string& interface = "eth0") {
    return "--tap=" + segment + "=" + interface + ",create,netns=" + host.name();
  }
  static void start_up(const Namespace& host, const std::string& lab_name, const std::string& who) {
    host.run("set -e; . " + lab(lab_name) + "/" + who + ".startup >/dev/null");
  }
  // Two pages by two servers, and a large file that comes whole.
  static void expect_pages(const Namespace& client, const HttpServer& one, const HttpServer& two) {
    std::string pages;
    for (int i = 0; i < 4; ++i) pages += client.run("curl -sS -m 5 http://10.1.0.100/");
    EXPECT_TRUE(pages == "one\ntwo\none\ntwo\n" || pages == "two\none\ntwo\none\n") << pages;
    const std::string file = temporary("got");
    client.run("curl -sS -m 30 -o " + file + " http://10.1.0.100/big");
    EXPECT_TRUE(os::run({"cmp", file, one.big()}).status == 0 || os::run({"cmp", file, two.big()}).status == 0);
    ::unlink(file.c_str());
  }
};

TEST_F(Forwarding, NatCarriesPagesBothWays) {
  const Namespace client("client"), rs1("rs1"), rs2("rs2");
  Emulator director(
      {lab("nat"), "--real=client,rs1,rs2", tap("outside", client), tap("inside", rs1), tap("inside", rs2)});
  start_up(client, "nat", "client");
  start_up(rs1, "nat", "rs1");
  start_up(rs2, "nat", "rs2");
  const HttpServer one(rs1, "one"), two(rs2, "two");
  expect_pages(client, one, two);
  EXPECT_EQ(director.stop(SIGINT), 0);
  EXPECT_THAT(director.log(), HasSubstr("lvs-emu: ended after"));
  EXPECT_THAT(director.log(), HasSubstr(" large"));  // TCP went through in large segments
}

TEST_F(Forwarding, NatWithoutOffloads) {
  const Namespace client("client"), rs1("rs1"), rs2("rs2");
  Emulator director({lab("nat"), "--real=client,rs1,rs2", "--no-offload", tap("outside", client), tap("inside", rs1),
                     tap("inside", rs2)});
  start_up(client, "nat", "client");
  start_up(rs1, "nat", "rs1");
  start_up(rs2, "nat", "rs2");
  const HttpServer one(rs1, "one"), two(rs2, "two");
  // Plain frames carry what the wire would: every checksum can be checked where it is seen.
  const std::string capture = temporary("capture.pcap");
  Program dump(client, "tcpdump --immediate-mode -i eth0 -U -s 2000 -w " + capture);
  ASSERT_TRUE(dump.wait_for("listening"));
  expect_pages(client, one, two);
  dump.stop(SIGINT);
  director.stop(SIGINT);
  EXPECT_THAT(director.log(), Not(HasSubstr(" large")));
  // 0xffff is the sum 0 of one's complement as Linux writes it (skb_checksum_help()); tshark counts it among the wrong
  // ones.
  const os::Output bad =
      os::run({"tshark", "-r", capture, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-Y",
               "ip.checksum.status == 0 || (tcp.checksum.status == 0 && tcp.checksum != 0xffff) || "
               "frame.len > 1514"});
  EXPECT_THAT(bad.text, Not(HasSubstr("10.1.0.100"))) << bad.text;
  const os::Output good = os::run({"sh", "-c",
                                   "tshark -r " + capture +
                                       " -o tcp.check_checksum:TRUE -Y 'tcp.checksum.status == 1 && "
                                       "ip.src == 10.1.0.100' 2>/dev/null | wc -l"});
  EXPECT_GT(std::stoi(good.text), 1000);
  ::unlink(capture.c_str());
}

// Real servers that do not answer for the VIP are found by a modelled director; the client asks for the VIP and only
// the director may answer.
TEST_F(Forwarding, DirectRoutingWithRealServersThatKeepQuietAboutTheVip) {
  const Namespace client("client"), rs1("rs1"), rs2("rs2");
  Emulator director({lab("dr"), "--real=client,rs1,rs2", tap("lan", client), tap("lan", rs1), tap("lan", rs2)});
  start_up(client, "dr", "client");
  start_up(rs1, "dr", "rs1");
  start_up(rs2, "dr", "rs2");
  const std::string answers = client.output("arping -c 3 -I eth0 10.1.0.100");
  EXPECT_THAT(answers, HasSubstr("02:00:00:00:02:00"));  // the director's; nobody else's
  EXPECT_THAT(answers, HasSubstr("Received 3 response(s)"));
  const HttpServer one(rs1, "one"), two(rs2, "two");
  expect_pages(client, one, two);
}

// The mistake of the ARP problem, made by a real server: the model's neighbours see two answers.
TEST_F(Forwarding, ARealServerThatAnswersForTheVipIsSeen) {
  const Namespace client("client"), rs1("rs1");
  Emulator director({lab("dr"), "--real=client,rs1,rs2", tap("lan", client), tap("lan", rs1)});
  start_up(client, "dr", "client");
  rs1.run("ip addr add 10.1.0.11/24 dev eth0; ip addr add 10.1.0.100/32 dev lo");
  const std::string answers = client.output("arping -b -c 2 -I eth0 10.1.0.100");
  EXPECT_THAT(answers, HasSubstr("Received 4 response(s)")) << answers;
}

// This machine's kernel has no IPIP: the servers are modelled, and what the director put into tunnels is seen on the
// wire.
TEST_F(Forwarding, TunnelledSegmentsAreCutAndCarryWhatTheClientSent) {
  const Namespace client("client"), wire("wire");
  Emulator director({lab("tun"), "--real=client,rs1,rs2", tap("outside", client), tap("far", wire)});
  start_up(client, "tun", "client");
  wire.run("ip addr add 10.2.0.11/24 dev eth0; ip addr add 10.2.0.12/24 dev eth0");
  const std::string capture = temporary("tunnel.pcap");
  Program dump(wire, "tcpdump --immediate-mode -i eth0 -U -w " + capture + " ip proto 4");
  ASSERT_TRUE(dump.wait_for("listening"));
  client.output("curl -sS -m 1 http://10.1.0.100/");  // nobody takes it out of the tunnel
  ::usleep(300'000);
  dump.stop(SIGINT);
  const os::Output seen = os::run({"tcpdump", "-nr", capture});
  EXPECT_THAT(seen.text, HasSubstr("IP 10.2.0.1 > 10.2.0.12: IP 10.1.0.9."));
  EXPECT_THAT(seen.text, HasSubstr("> 10.1.0.100.80: Flags [S]"));
  ::unlink(capture.c_str());
}

TEST_F(Forwarding, ThousandsOfConnections) {
  const Namespace client("client"), rs1("rs1"), rs2("rs2");
  Emulator director(
      {lab("nat"), "--real=client,rs1,rs2", tap("outside", client), tap("inside", rs1), tap("inside", rs2)});
  start_up(client, "nat", "client");
  start_up(rs1, "nat", "rs1");
  start_up(rs2, "nat", "rs2");
  const HttpServer one(rs1, "one"), two(rs2, "two");
  const std::string report = client.run("ab -q -n 5000 -c 50 http://10.1.0.100/index.html");
  EXPECT_THAT(report, HasSubstr("Complete requests:      5000"));
  EXPECT_THAT(report, HasSubstr("Failed requests:        0"));
}

// An IP packet that needs fragments, and one that must not have them: the model answers a real sender as Linux would.
TEST_F(Forwarding, MtuAndFragmentsAgainstRealSenders) {
  const Namespace client("client"), rs1("rs1");
  Emulator director({lab("nat"), "--real=client,rs1,rs2", tap("outside", client), tap("inside", rs1),
                     "--control=" + temporary("mtu.sock")});
  start_up(client, "nat", "client");
  start_up(rs1, "nat", "rs1");
  client.run("ip route add 10.2.0.0/24 via 10.1.0.1");
  client.run("ping -c 1 -W 2 -s 4000 10.1.0.100");  // fragments both ways
  client.run("ping -c 1 -W 2 -s 4000 10.2.0.11");   // forwarded
  director.stop(SIGINT);

  Emulator narrow({lab("nat"), "--real=client,rs1,rs2", tap("outside", client), tap("inside", rs1),
                   "--control=" + temporary("mtu.sock")});
  start_up(client, "nat", "client");
  start_up(rs1, "nat", "rs1");
  client.run("ip route add 10.2.0.0/24 via 10.1.0.1");
  const std::string lvs_lab = std::string(LVS_PROGRAM_DIR) + "/lvs-lab";
  const os::Output set = os::run(
      {lvs_lab, "exec", "--control", temporary("mtu.sock"), "director", "ip", "link", "set", "eth1", "mtu", "1000"});
  EXPECT_EQ(set.status, 0) << set.text;
  int status = 0;
  EXPECT_THAT(client.output("ping -c 1 -W 2 -M do -s 1200 10.2.0.11", &status),
              HasSubstr("Frag needed and DF set (mtu = 1000)"));
  EXPECT_NE(status, 0);
  client.run("ping -c 1 -W 2 -M dont -s 1200 10.2.0.11");
}

}  // namespace
}  // namespace lvs::emu_test
