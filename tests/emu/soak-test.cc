// SPDX-License-Identifier: GPL-2.0-or-later
// Long runs: connections, echoes and commands without end. LVS_SOAK_SECONDS says how long (10); an hour is the proof.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "emu/net.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using namespace std::chrono_literals;

const std::string kLab = std::string(LVS_PROGRAM_DIR) + "/lvs-lab";

// Memory and descriptors of a process.
long resident_kilobytes(pid_t pid) {
  const std::string status = os::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::atol(status.c_str() + at + 6);
}
long descriptors(pid_t pid) {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return std::distance(begin(all), end(all));
}

struct SoakCase {
  const char* name;
  const char* method;  // the lab
  bool with_ns3;
};

class Soak : public testing::TestWithParam<SoakCase> {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
    if (!os::find_program("ab")) GTEST_SKIP() << "no ab (apache2-utils)";
    if (GetParam().with_ns3 && ::access(kLab.c_str(), X_OK) != 0) GTEST_SKIP() << "built without ns-3";
  }
};

constexpr int kConnections = 1000;  // a round

std::vector<std::string> command_of(const SoakCase& soak, const Namespace& client, const Namespace& rs1,
                                    const std::string& socket) {
  const bool nat = soak.method == std::string_view("nat");
  std::vector<std::string> argv;
  if (soak.with_ns3) {
    argv = {kLab, "run"};
  } else {
    argv = {std::string(LVS_PROGRAM_DIR) + "/lvs-emu"};
  }
  argv.insert(argv.end(), {lab(soak.method), "--real=client,rs1",
                           fmt::format("--tap={}=eth0,create,netns={}", nat ? "outside" : "lan", client.name()),
                           fmt::format("--tap={}=eth0,create,netns={}", nat ? "inside" : "lan", rs1.name()),
                           "--control=" + socket, "--quiet"});
  if (soak.with_ns3) argv.push_back("--realtime");
  return argv;
}

// Runs `round` again and again for a while, and says now and then how it stands. Gives the most memory that `pid` had,
// in kB.
template <class Round>
long watch(pid_t pid, int seconds, Round round) {
  const auto pause = seconds > 60 ? 8s : 0s;  // a long soak leaves the machine to others, too
  const auto begin = std::chrono::steady_clock::now();
  int rounds = 0;
  const auto report = [&] {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
    std::cout << fmt::format("soak of {}: {} s, {} connections, {} kB resident, {} descriptors\n", pid, passed.count(),
                             rounds * kConnections, resident_kilobytes(pid), descriptors(pid))
              << std::flush;
  };
  report();
  auto next_report = begin + 300s;
  long most = 0;
  do {
    std::this_thread::sleep_for(pause);
    round();
    ++rounds;
    most = std::max(most, resident_kilobytes(pid));
    if (std::chrono::steady_clock::now() >= next_report) {
      report();
      next_report += 300s;
    }
  } while (std::chrono::steady_clock::now() < begin + std::chrono::seconds(seconds) && !testing::Test::HasFailure());
  report();
  return most;
}

TEST_P(Soak, NothingGrows) {
  const char* wish = std::getenv("LVS_SOAK_SECONDS");
  const int seconds = wish == nullptr ? 10 : std::atoi(wish);
  const std::string method = GetParam().method;
  const std::string rs2 = method == "nat" ? "10.2.0.12" : "10.1.0.12";

  const Namespace client("client"), rs1("rs1");
  const std::string socket = temporary(std::string(GetParam().name) + ".sock"), folder = temporary("www");
  Program lab_here(command_of(GetParam(), client, rs1, socket));
  const auto exec = [&](const std::string& line) {
    const os::Output output = os::run({kLab, "exec", "--control", socket, "director", line});
    EXPECT_EQ(output.status, 0) << line << '\n' << output.text << lab_here.log();
  };
  for (int i = 0; i < 200 && os::run({kLab, "exec", "--control", socket, "director", "true"}).status != 0; ++i)
    std::this_thread::sleep_for(50ms);
  client.run(". " + lab(method) + "/client.startup");
  rs1.run(". " + lab(method) + "/rs1.startup");
  os::run({"mkdir", "-p", folder});
  os::write_file(folder + "/index.html", std::string(20000, 'x'));
  const Program server(rs1, "busybox httpd -f -p 80 -h " + folder);
  exec("ipvsadm -d -t 10.1.0.100:80 -r " + rs2 + ":80; ipvsadm --set 2 2 2");

  const auto round = [&] {
    client.run(fmt::format("ab -q -s 20 -n {} -c 20 http://10.1.0.100/index.html", kConnections));
    client.run("ping -q -f -c 200 10.1.0.1");
    for (int i = 0; i < 5; ++i) exec("ipvsadm -Lnc | cat; ip neigh show");
  };
  for (int i = 0; i < 3; ++i) round();
  const long memory = resident_kilobytes(lab_here.pid()), files = descriptors(lab_here.pid());
  const long most = watch(lab_here.pid(), seconds, round);
  // Connections of the last two minutes (TIME_WAIT) are still there, 112 bytes each; and the buffers of the fullest
  // batch that ever was, 64 large frames a TAP, stay in their pool.
  EXPECT_LT(most, memory + 12'288);
  // The last command's connection is closed when its turn comes.
  for (int i = 0; i < 100 && descriptors(lab_here.pid()) > files; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_LE(descriptors(lab_here.pid()), files);
  EXPECT_EQ(lab_here.stop(SIGINT), 0) << lab_here.log();
  std::cout << lab_here.log();
  os::run({"rm", "-rf", folder});
}

INSTANTIATE_TEST_SUITE_P(Emu, Soak,
                         testing::Values(SoakCase{"lvs-emu-nat", "nat", false}, SoakCase{"lvs-emu-dr", "dr", false},
                                         SoakCase{"ns3-nat", "nat", true}),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace lvs::emu_test
