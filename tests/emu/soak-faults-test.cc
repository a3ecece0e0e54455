// SPDX-License-Identifier: GPL-2.0-or-later
// Hours of load during which everything around the emulator breaks: interfaces go down, are renamed and deleted,
// servers die, the emulator is stopped, the disk of the trace is full and freed. Afterwards each frame is accounted
// for: the kernel's count of what it sent is what came in, and what went out is what the kernel received, but for
// losses that the summary names. LVS_SOAK_SECONDS says how long (10).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "emu/net.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

using namespace std::chrono_literals;

// Packets of an interface as its kernel counts them: received, sent.
std::pair<std::uint64_t, std::uint64_t> counted(const Namespace& where, const std::string& interface) {
  const std::string line = where.run("grep " + interface + ": /proc/net/dev");
  std::istringstream words(line.substr(line.find(':') + 1));
  std::vector<std::uint64_t> numbers(std::istream_iterator<std::uint64_t>(words), {});
  if (numbers.size() < 10) return {};
  return {numbers[1], numbers[9]};
}

// The last number that `pattern` finds in a text.
std::uint64_t last_of(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::uint64_t found = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), expression), end; it != end; ++it)
    found = std::strtoull((*it)[1].str().c_str(), nullptr, 10);
  return found;
}

long resident_kilobytes(pid_t pid) {
  return static_cast<long>(last_of(os::read_file("/proc/" + std::to_string(pid) + "/status"), "VmRSS:\\s+([0-9]+)"));
}

class SoakFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_not(); !why.empty()) GTEST_SKIP() << why;
    if (!os::find_program("ab")) GTEST_SKIP() << "no ab (apache2-utils)";
    if (os::run({"unshare", "-m", "true"}).status != 0) GTEST_SKIP() << "unshare -m does not work here (a chroot?)";
    os::run({"mkdir", "-p", folder_, www_});
    os::write_file(www_ + "/index.html", std::string(20000, 'x'));
    emulator_ = std::make_unique<Program>(std::vector<std::string>{
        "unshare", "-m", "sh", "-c",
        fmt::format("mount -t tmpfs -o size=4m none {0}; exec {1}/lvs-emu {2} -q --real=client,rs1 "
                    "--tap=outside=eth0,create,netns={3} --tap=inside=eth0,create,netns={4} "
                    "--tap=inside=spare,create,netns={5} --trace={0}/t.pcapng --trace-files=1",
                    folder_, LVS_PROGRAM_DIR, lab("nat"), client_.name(), server_.name(), other_.name())});
    ASSERT_TRUE(emulator_->wait_for("lvs-emu: running")) << emulator_->log();
    client_.run(". " + lab("nat") + "/client.startup; ip link set eth0 alias soak");
    server_.run(". " + lab("nat") + "/rs1.startup");
    other_.run("ip addr add 10.2.0.77/24 dev spare");
    httpd_ = std::make_unique<Program>(server_, "busybox httpd -f -p 80 -h " + www_);
  }
  void TearDown() override { os::run({"rm", "-rf", folder_, www_}); }

  void in_trace_folder(const std::string& line) const {
    os::run({"nsenter", "-t", std::to_string(emulator_->pid()), "-m", "sh", "-c", line});
  }

  void round(int turn) {
    client_.output("ab -q -s 5 -n 300 -c 10 http://10.1.0.100/index.html");
    client_.output("ping -q -f -c 200 -w 5 10.1.0.1");
    Program load(client_, "ab -q -s 2 -r -n 2000 -c 10 http://10.1.0.100/index.html");
    std::this_thread::sleep_for(200ms);
    switch (turn % 6) {
      case 0: client_.output("ip link set eth0 down; sleep 0.2; ip link set eth0 up"); break;
      case 1:
        server_.output(
            "ip link set eth0 down; ip link set eth0 name lan9; ip link set lan9 up; sleep 0.3; "
            "ip link set lan9 down; ip link set lan9 name eth0; ip link set eth0 up; "
            "ip route add default via 10.2.0.1");
        break;
      case 2:
        httpd_->stop(SIGKILL);
        std::this_thread::sleep_for(200ms);
        httpd_ = std::make_unique<Program>(server_, "busybox httpd -f -p 80 -h " + www_);
        break;
      case 3:
        ::kill(emulator_->pid(), SIGSTOP);
        std::this_thread::sleep_for(300ms);
        ::kill(emulator_->pid(), SIGCONT);
        break;
      case 4:  // the disk is full by now, or nearly so
        in_trace_folder("rm -f " + folder_ + "/*");
        ::kill(emulator_->pid(), SIGHUP);
        break;
      case 5:
        server_.output("ip neigh flush dev eth0; ip link set eth0 mtu 1400; sleep 0.1; ip link set eth0 mtu 1500");
        break;
    }
    load.wait(20);
  }

  // The summary's line of a TAP against the kernel's counters of the same interface, once nothing moves any more.
  void account(const Namespace& where, const std::string& segment) {
    const std::string log = emulator_->log();
    const std::string head = segment + " = eth0: ";
    const auto [received, sent] = counted(where, "eth0");
    EXPECT_GT(sent, 1000u);
    EXPECT_EQ(sent, last_of(log, head + "([0-9]+) frames in")) << segment << '\n' << log;
    EXPECT_EQ(received, last_of(log, head + "[^\\n]* ([0-9]+) out")) << segment << '\n' << log;
  }

  const std::string folder_ = temporary("soak-trace"), www_ = temporary("soak-www");
  const Namespace client_{"client"}, server_{"rs1"}, other_{"other"};
  std::unique_ptr<Program> emulator_, httpd_;
};

TEST_F(SoakFaults, FramesInAreFramesOutAndNamedLosses) {
  const char* wish = std::getenv("LVS_SOAK_SECONDS");
  const std::chrono::seconds length(wish == nullptr ? 10 : std::atoi(wish));
  const auto begin = std::chrono::steady_clock::now();
  int rounds = 0;
  for (; rounds < 6; ++rounds) round(rounds);
  const long memory = resident_kilobytes(emulator_->pid());
  long most = memory;
  while (std::chrono::steady_clock::now() < begin + length && !HasFailure()) {
    round(rounds++);
    most = std::max(most, resident_kilobytes(emulator_->pid()));
    if (rounds % 100 == 0)
      std::cout << fmt::format("{} rounds, {} kB resident\n", rounds, resident_kilobytes(emulator_->pid()))
                << std::flush;
    if (length > 60s) std::this_thread::sleep_for(5s);  // a long soak leaves the machine to others, too
  }
  EXPECT_LT(most, memory + 12'288) << "as in soak-test.cc";

  client_.run("ping -c 1 -W 3 10.1.0.1");
  other_.run("ip link del spare");
  EXPECT_TRUE(emulator_->wait_for("the interface was deleted; inside goes on without it")) << emulator_->log();
  client_.run("ping -c 1 -W 3 10.1.0.1");
  std::this_thread::sleep_for(2s);
  ::kill(emulator_->pid(), SIGUSR1);
  ASSERT_TRUE(emulator_->wait_for("timers: ")) << emulator_->log();
  account(client_, "outside");
  account(server_, "inside");
  std::cout << fmt::format("{} rounds, {} kB resident at most, {} after the first six\n", rounds, most, memory);
  EXPECT_EQ(emulator_->stop(SIGINT), 0);
  const std::string log = emulator_->log();
  std::cout << log.substr(log.size() - std::min<std::size_t>(log.size(), 2500));
}

}  // namespace
}  // namespace lvs::emu_test
