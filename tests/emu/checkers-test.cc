// SPDX-License-Identifier: GPL-2.0-or-later
// The real keepalived, on a kernel of its own with IPVS, checks modelled servers over a TAP, and a modelled client asks
// for the service that it keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emu/world.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using testing::HasSubstr;

constexpr int kNotice = 30;  // seconds for what takes two on a machine of its own

// rs1 is asked for a connection, rs2 for a page.
constexpr std::string_view kConf =
    "virtual_server 10.1.0.100 80 {\n"
    "  delay_loop 1\n  lvs_sched rr\n  lvs_method DR\n  protocol TCP\n"
    "  real_server 10.1.0.11 80 {\n    TCP_CHECK {\n      connect_timeout 2\n      retry 0\n      warmup 0\n    }\n  "
    "}\n"
    "  real_server 10.1.0.12 80 {\n    HTTP_GET {\n      url {\n        path /\n        status_code 200\n      }\n"
    "      connect_timeout 2\n      retry 0\n      warmup 0\n    }\n  }\n"
    "}\n";

class RealCheckers : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_guests(); !why.empty()) GTEST_SKIP() << why;
    if (!os::find_program("keepalived")) GTEST_SKIP() << "there is no keepalived here (package keepalived)";
  }
  std::string exec(const std::string& host, const std::string& line) const {
    return os::run({LVS_PROGRAM_DIR "/lvs-emu", "exec", "--control", socket_, host, line}).text;
  }
  // Whether four pages of the VIP are soon from these servers: how many, and whose.
  bool soon(const std::string& wanted) const {
    std::string got;
    for (int i = 0; i < kNotice && got != wanted; ++i)
      got = exec("client", "for i in 1 2 3 4; do curl -s -m 2 http://10.1.0.100/; done | sort | uniq -c | xargs");
    return got == wanted;
  }
  std::string socket_ = temporary("checkers.sock");
};

TEST_F(RealCheckers, SeeModelledServersComeAndGo) {
  World world;
  world.bridge("lan");
  // Without its vrrp process, and with files of its own.
  Guest director(world, "director",
                 "ip addr add 10.1.0.1/24 dev eth0; ip addr add 10.1.0.100/32 dev eth0\n"
                 "/run/modprobe ip_vs; /run/modprobe ip_vs_rr\n"
                 "cat >/run/keepalived.conf <<'END'\n" +
                     std::string(kConf) +
                     "END\nkeepalived -n -l -D -C -f /run/keepalived.conf -p /run/parent.pid -c /run/checkers.pid &\n",
                 world.guest_tap("checks", "lan"));
  Emulator model({lab("dr"), "--real=director", "--tap=lan=emu,create,netns=" + world.name(), "--control=" + socket_});
  world.join("emu", "lan");
  ASSERT_TRUE(director.ready()) << director.log();
  ASSERT_TRUE(director.wait_for("Removing service [10.1.0.11]:tcp:80 from VS [10.1.0.100]:tcp:80", kNotice))
      << director.log();  // nobody serves yet

  exec("rs1", "service httpd start");
  exec("rs2", "service httpd start");
  ASSERT_TRUE(director.wait_for("Adding service [10.1.0.11]:tcp:80 to VS [10.1.0.100]:tcp:80", kNotice))
      << director.log();
  ASSERT_TRUE(director.wait_for("Adding service [10.1.0.12]:tcp:80 to VS [10.1.0.100]:tcp:80", kNotice))
      << director.log();
  EXPECT_THAT(director.log(), HasSubstr("HTTP status code success to [10.1.0.12]:tcp:80 url(/)"));
  EXPECT_TRUE(soon("2 rs1 2 rs2\n"));

  // A closed port, then a cable: the second is noticed by the time that passes.
  exec("rs1", "killall httpd");
  EXPECT_TRUE(soon("4 rs2\n")) << director.log();
  exec("rs1", "service httpd start");
  exec("rs2", "ip link set eth0 down");
  EXPECT_TRUE(soon("4 rs1\n")) << director.log();
}

}  // namespace
}  // namespace lvs::emu_test
