// SPDX-License-Identifier: GPL-2.0-or-later
// Modelled machines among real ones: User Mode Linux guests with a kernel, ARP and TCP of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "emu/world.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Machines : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_guests(); !why.empty()) GTEST_SKIP() << why;
  }
  static std::string startup(const std::string& lab_name, const std::string& host) {
    return ". " + lab(lab_name) + "/" + host + ".startup >/dev/null\n";
  }
  static std::string http_server(const std::string& page) {
    const std::string folder = temporary("www-" + page);
    return "mkdir -p " + folder + "; echo " + page + " >" + folder + "/index.html; [ -e " + folder +
           "/big ] || head -c 5000000 /dev/urandom >" + folder + "/big; busybox httpd -p 80 -h " + folder + "\n";
  }
};

// Client in a namespace, director modelled, both servers with a kernel that takes its packets out of the tunnel.
TEST_F(Machines, TunnelsToRealServers) {
  World world;
  world.bridge("outside");
  world.bridge("far");
  const Namespace client("client");
  world.wire(client, "to-client", "outside");
  client.run(startup("tun", "client"));
  const std::string rs1_taps = world.guest_tap("rs1f", "far") + " " + world.guest_tap("rs1o", "outside");
  const std::string rs2_taps = world.guest_tap("rs2f", "far") + " " + world.guest_tap("rs2o", "outside");
  Guest rs1(world, "rs1", startup("tun", "rs1") + http_server("one"), rs1_taps);
  Guest rs2(world, "rs2", startup("tun", "rs2") + http_server("two"), rs2_taps);
  Emulator director({lab("tun"), "--real=client,rs1,rs2", "--tap=outside=emuo,create,netns=" + world.name(),
                     "--tap=far=emuf,create,netns=" + world.name()});
  world.join("emuo", "outside");
  world.join("emuf", "far");
  ASSERT_TRUE(rs1.ready()) << rs1.log();
  ASSERT_TRUE(rs2.ready()) << rs2.log();

  // The guests keep quiet about the VIP that they have on tunl0.
  EXPECT_THAT(client.output("arping -b -c 2 -I eth0 10.1.0.100"), HasSubstr("Received 2 response(s)"));
  const std::string capture = temporary("tun.pcap");
  Program dump(client, "tcpdump --immediate-mode -i eth0 -U -s 2000 -w " + capture);
  ASSERT_TRUE(dump.wait_for("listening"));
  std::string pages;
  for (int i = 0; i < 4; ++i) pages += client.run("curl -sS -m 10 http://10.1.0.100/");
  EXPECT_TRUE(pages == "one\ntwo\none\ntwo\n" || pages == "two\none\ntwo\none\n") << pages;
  const std::string file = temporary("got");
  client.run("curl -sS -m 60 -o " + file + " http://10.1.0.100/big");
  EXPECT_TRUE(os::run({"cmp", file, temporary("www-one") + "/big"}).status == 0 ||
              os::run({"cmp", file, temporary("www-two") + "/big"}).status == 0);
  // Large requests go through the tunnel in segments that software has cut; the server answers after the last.
  client.run("head -c 3000000 /dev/zero | curl -sS -m 60 -o /dev/null --data-binary @- http://10.1.0.100/none");
  dump.stop(SIGINT);
  const os::Output bad =
      os::run({"sh", "-c",
               "tshark -r " + capture +
                   " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -Y "
                   "'ip.src == 10.1.0.100 && (ip.checksum.status == 0 || tcp.checksum.status == 0)' 2>/dev/null"});
  EXPECT_EQ(bad.text, "");
  ::unlink(capture.c_str());
  ::unlink(file.c_str());
  os::run({"rm", "-rf", temporary("www-one"), temporary("www-two")});
}

// A real director beside a modelled one, each with a VIP, and the same servers behind both: one real, one modelled.
TEST_F(Machines, AModelledDirectorBesideARealOne) {
  World world;
  world.bridge("lan");
  const Namespace client("client"), rs1("rs1");
  world.wire(client, "to-client", "lan");
  world.wire(rs1, "to-rs1", "lan");
  client.run(startup("dr", "client"));
  rs1.run(startup("dr", "rs1") + "ip addr add 10.1.0.200/32 dev lo");
  const Program server(rs1, "sh -c '" + http_server("real") + "exec sleep 1000'");
  Guest second(world, "second",
               "ip addr add 10.1.0.2/24 dev eth0; ip addr add 10.1.0.200/32 dev eth0\n"
               "/run/modprobe ip_vs; /run/modprobe ip_vs_rr\n"
               "ipvsadm -A -t 10.1.0.200:80 -s rr; ipvsadm -a -t 10.1.0.200:80 -r 10.1.0.11 -g\n"
               "ip addr add 10.1.0.201/32 dev eth0\n"
               "ipvsadm -A -t 10.1.0.200:81 -s rr; ipvsadm -a -t 10.1.0.200:81 -r 10.1.0.12 -g\n"
               "ipvsadm -A -t 10.1.0.201:80 -s rr; ipvsadm -a -t 10.1.0.201:80 -r 10.1.0.12 -g\n",
               world.guest_tap("second", "lan"));
  const std::string socket = temporary("beside.sock");
  Emulator lab_here(
      {lab("dr"), "--real=client,rs1", "--tap=lan=emu,create,netns=" + world.name(), "--control=" + socket});
  world.join("emu", "lan");
  ASSERT_TRUE(second.ready()) << second.log();
  const std::string lvs_lab = std::string(LVS_PROGRAM_DIR) + "/lvs-lab";
  const auto exec = [&](const std::string& host, const std::string& line) {
    const os::Output output = os::run({lvs_lab, "exec", "--control", socket, host, line});
    EXPECT_EQ(output.status, 0) << host << "# " << line << '\n' << output.text;
    return output.text;
  };
  exec("director", "ipvsadm -d -t 10.1.0.100:80 -r 10.1.0.12:80");  // that port is closed on the modelled server
  exec("rs2", "ip addr add 10.1.0.200/32 dev lo");
  EXPECT_EQ(client.run("curl -sS -m 10 http://10.1.0.100/"), "real\n");  // through the modelled director
  EXPECT_EQ(client.run("curl -sS -m 10 http://10.1.0.200/"), "real\n");  // through the real one
  // The real director sends to a modelled server, which has a closed port there and says so.
  EXPECT_THAT(client.output("nc -zv -w 5 10.1.0.200 81"), HasSubstr("refused"));
  // A modelled server behind the real director, asked by a real client and by a modelled one.
  exec("rs2", "ip addr add 10.1.0.201/32 dev lo; service httpd start");
  EXPECT_THAT(client.run("curl -sS -m 10 http://10.1.0.201/"), HasSubstr("rs2"));
  EXPECT_THAT(exec("director", "curl -s http://10.1.0.201/"), HasSubstr("rs2"));
  // ARP both ways: nobody but its director answers for a VIP, be the others real or modelled.
  EXPECT_THAT(client.output("arping -b -c 2 -I eth0 10.1.0.100"), HasSubstr("Received 2 response(s)"));
  EXPECT_THAT(client.output("arping -b -c 2 -I eth0 10.1.0.200"), HasSubstr("Received 2 response(s)"));
  EXPECT_THAT(exec("rs2", "ping -c 1 10.1.0.2"), HasSubstr("1 received"));
  EXPECT_THAT(exec("director", "ip neigh show"), HasSubstr("10.1.0.11 dev eth0 lladdr"));
  os::run({"rm", "-rf", temporary("www-real")});
}

}  // namespace
}  // namespace lvs::emu_test
