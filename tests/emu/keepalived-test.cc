// SPDX-License-Identifier: GPL-2.0-or-later
// A modelled keepalived and the real one of this machine share an address over a TAP, and take it over from each other;
// the modelled one checks a real server of TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>

#include "emu/net.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using testing::HasSubstr;

constexpr int kTakeover = 15;  // seconds for what takes less than four on a machine of its own

class SharedAddress : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
    if (!os::find_program("keepalived")) GTEST_SKIP() << "there is no keepalived here (package keepalived)";
  }
  // Without syslog, and with pid files of its own.
  static std::string real_keepalived() {
    const std::string file = temporary("keepalived");
    return "keepalived -n -l -G -D -P -f " + lab("vrrp") + "/lb2/etc/keepalived/keepalived.conf -p " + file +
           "-parent -r " + file + "-vrrp";
  }
  static bool has_address(const Namespace& host) {
    return host.output("ip -4 -br addr show eth0").find("10.0.0.100") != std::string::npos;
  }
  static bool soon(const Namespace& host, bool wanted) {
    for (int i = 0; i < kTakeover * 20 && has_address(host) != wanted; ++i) ::usleep(50'000);
    return has_address(host) == wanted;
  }
};

TEST_F(SharedAddress, MovesBetweenTheModelAndTheRealOne) {
  const Namespace lb2("lb2");
  const std::string socket = temporary("vrrp.sock");
  Emulator model(
      {lab("vrrp"), "--real=lb2", "--tap=lan=eth0,create,netns=" + lb2.name(), "--control=" + socket, "--until=120"});
  const auto exec = [&](const std::string& host, const std::string& line) {
    return os::run({LVS_PROGRAM_DIR "/lvs-emu", "exec", "--control", socket, host, line});
  };
  lb2.run(". " + lab("vrrp") + "/lb2.startup");
  Program real(lb2, real_keepalived());
  ASSERT_TRUE(soon(lb2, true)) << real.log();  // nobody else is there
  EXPECT_EQ(exec("client", "ping -c 1 -W 1 10.0.0.100").status, 0);

  // A higher priority takes it; then its processes end without a word.
  EXPECT_EQ(exec("lb1", "keepalived -D").status, 0);
  EXPECT_TRUE(soon(lb2, false)) << real.log();
  EXPECT_THAT(real.log(), HasSubstr("(VI_1) Master received advert from 10.0.0.11 with higher priority 150, ours 100"));
  EXPECT_EQ(exec("client", "ping -c 1 -W 1 10.0.0.100").status, 0);
  EXPECT_EQ(exec("lb1", "kill -9 $(pidof keepalived); ip addr del 10.0.0.100/32 dev eth0").status, 0);
  EXPECT_TRUE(soon(lb2, true)) << real.log();
  EXPECT_THAT(real.log(), HasSubstr("(VI_1) Receive advertisement timeout"));
  EXPECT_EQ(exec("client", "ping -c 1 -W 1 10.0.0.100").status, 0);

  // And with one: the real one waits for the skew alone.
  EXPECT_EQ(exec("lb1", "keepalived -D").status, 0);
  EXPECT_TRUE(soon(lb2, false)) << real.log();
  EXPECT_EQ(exec("lb1", "killall keepalived").status, 0);
  EXPECT_TRUE(soon(lb2, true)) << real.log();
  EXPECT_THAT(real.log(), HasSubstr("(VI_1) Backup received priority 0 advertisement"));
  EXPECT_THAT(exec("lb1", "cat /var/log/messages").text, HasSubstr("(VI_1) sent 0 priority"));
  EXPECT_EQ(real.stop(SIGTERM), 0);
}

// The checker's line of lb1's log that tells `what`, within ten seconds; else all of the log.
std::string told(const std::function<std::string(const std::string&)>& exec, const std::string& what) {
  std::string log;
  for (int i = 0; i < 100 && log.find(what) == std::string::npos; ++i, ::usleep(100'000))
    log = exec("cat /var/log/messages");
  return log;
}

TEST(SslGet, ReadsThePageOfARealServer) {
  if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
  if (!os::find_program("openssl")) GTEST_SKIP() << "there is no openssl here (package openssl)";
  const Namespace server("tls");
  const std::string socket = temporary("tls.sock"), pair = temporary("pair.pem");
  Emulator model({lab("vrrp"), "--real=lb2", "--tap=lan=eth0,create,netns=" + server.name(), "--control=" + socket,
                  "--until=120"});
  const auto exec = [&](const std::string& line) {
    return os::run({LVS_PROGRAM_DIR "/lvs-emu", "exec", "--control", socket, "lb1", line}).text;
  };
  server.run("ip addr add 10.0.0.12/24 dev eth0; ip link set eth0 up");
  server.run("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=rs -keyout " + pair + " -out " + pair + ".crt 2>&1");
  const std::string serve = "openssl s_server -accept 443 -www -key " + pair + " -cert " + pair + ".crt";
  auto real = std::make_unique<Program>(server, serve);
  ASSERT_TRUE(real->wait_for("ACCEPT")) << real->log();

  exec(
      "printf 'virtual_server 10.0.0.100 443 {\\n delay_loop 1\\n lvs_sched rr\\n lvs_method NAT\\n protocol TCP\\n "
      "warmup 0\\n"
      " real_server 10.0.0.12 443 {\\n SSL_GET {\\n retry 0\\n log_all_failures\\n enable_sni\\n virtualhost "
      "www.example.org\\n"
      " url {\\n path /\\n regex \"Ciphers supported in s_server\"\\n}\\n}\\n}\\n}\\n' >k.conf; keepalived -D -f "
      "k.conf");
  EXPECT_THAT(told(exec, "succeed on service"), HasSubstr("Remote Web server [10.0.0.12]:tcp:443 succeed on service."));
  EXPECT_THAT(exec("ipvsadm -Ln"), HasSubstr("10.0.0.12:443"));
  // Of TLS 1.2 too, and none at all.
  real->stop(SIGKILL);
  EXPECT_THAT(told(exec, "Removing service"), HasSubstr("Removing service [10.0.0.12]:tcp:443"));
  real = std::make_unique<Program>(server, serve + " -tls1_2");
  EXPECT_THAT(told(exec, "Adding service"), HasSubstr("Regex match success to [10.0.0.12]:tcp:443 url(/)"));
}

}  // namespace
}  // namespace lvs::emu_test
