// SPDX-License-Identifier: GPL-2.0-or-later
// Labs among real machines under ns-3's real-time scheduler.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "emu/net.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string kLab = std::string(LVS_PROGRAM_DIR) + "/lvs-lab";

std::string exec(const std::string& socket, const std::string& host, const std::string& line) {
  const os::Output output = os::run({kLab, "exec", "--control", socket, host, line});
  EXPECT_EQ(output.status, 0) << host << "# " << line << '\n' << output.text;
  return output.text;
}

class Realtime : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
    if (::access(kLab.c_str(), X_OK) != 0) GTEST_SKIP() << "built without ns-3";
  }
  // Waits until a command can be given.
  static void wait_for_control(const std::string& socket) {
    for (int i = 0; i < 100 && os::run({kLab, "exec", "--control", socket, "director", "true"}).status != 0; ++i)
      std::this_thread::sleep_for(50ms);
  }
};

TEST_F(Realtime, ARealClientFetchesPagesFromSimulatedServers) {
  const Namespace client("client");
  const std::string socket = temporary("realtime.sock");
  Program lab_here({kLab, "run", lab("dr"), "--realtime", "--real=client",
                    "--tap=lan=eth0,create,netns=" + client.name(), "--control", socket});
  wait_for_control(socket);
  client.run(". " + lab("dr") + "/client.startup");
  for (const char* server : {"rs1", "rs2"}) exec(socket, server, "service httpd start");
  std::string pages;
  for (int i = 0; i < 4; ++i) pages += client.run("curl -sS -m 10 http://10.1.0.100/");
  EXPECT_THAT(pages, HasSubstr("rs1"));
  EXPECT_THAT(pages, HasSubstr("rs2"));
  EXPECT_THAT(exec(socket, "director", "ipvsadm -Lnc"), HasSubstr("10.1.0.100:80"));
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  EXPECT_THAT(lab_here.log(), HasSubstr("lan = eth0: "));
  EXPECT_THAT(lab_here.log(), HasSubstr("real time: worst lateness"));
  int status = 0;
  client.output("ip link show eth0", &status);
  EXPECT_NE(status, 0);
}

TEST_F(Realtime, ARealServerBehindASimulatedDirectorAndClient) {
  const Namespace rs1("rs1");
  const std::string socket = temporary("realtime.sock");
  Program lab_here({kLab, "run", lab("nat"), "--realtime", "--real=rs1", "--tap=inside=eth0,create,netns=" + rs1.name(),
                    "--control", socket, "--quiet"});
  wait_for_control(socket);
  rs1.run(". " + lab("nat") + "/rs1.startup");
  const std::string folder = temporary("www");
  os::run({"mkdir", "-p", folder});
  os::write_file(folder + "/index.html", "real\n");
  const Program server(rs1, "busybox httpd -f -p 80 -h " + folder);
  exec(socket, "director", "ipvsadm -d -t 10.1.0.100:80 -r 10.2.0.12:80");
  std::this_thread::sleep_for(200ms);
  EXPECT_THAT(exec(socket, "client", "curl -s http://10.1.0.100/"), HasSubstr("real"));
  EXPECT_EQ(lab_here.stop(SIGTERM), 0) << lab_here.log();
  os::run({"rm", "-rf", folder});
}

TEST_F(Realtime, OptionsThatMakeNoSense) {
  const auto says = [](std::vector<std::string> words, const std::string& text) {
    words.insert(words.begin(), {kLab, "run", lab("dr")});
    const os::Output output = os::run(words);
    EXPECT_EQ(output.status, 2) << output.text;
    EXPECT_THAT(output.text, HasSubstr(text));
  };
  says({"--tap=lan=tap0"}, "--tap goes with --realtime");
  says({"--realtime", "--tap=nowhere=tap0"}, "the lab has no segment 'nowhere'");
  says({"--realtime", "--real=client"}, "none of its segments is joined to a TAP");
}

}  // namespace
}  // namespace lvs::emu_test
