// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/net.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {

using namespace std::chrono_literals;

namespace {

std::atomic<int> number = 0;

}  // namespace

std::string why_not() {
  if (::access("/dev/net/tun", F_OK) != 0) return "there is no /dev/net/tun here";
  if (::geteuid() != 0) return "network namespaces and TAPs need root";
  static const std::string reason = [] {
    const std::string name = "lvs-probe-" + std::to_string(::getpid());
    const os::Output made = os::run({"ip", "netns", "add", name});
    if (made.status != 0) return "no network namespaces here: " + made.text;
    os::run({"ip", "netns", "del", name});
    return std::string();
  }();
  return reason;
}

Namespace::Namespace(const std::string& purpose)
    : name_("lvs" + std::to_string(::getpid()) + "-" + std::to_string(++number) + "-" + purpose) {
  const os::Output made = os::run({"ip", "netns", "add", name_});
  EXPECT_EQ(made.status, 0) << made.text;
  run("ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1 2>/dev/null; true");
}

Namespace::~Namespace() { os::run({"ip", "netns", "del", name_}); }

// Not `ip netns exec`, which mounts: in a chroot it cannot.
std::vector<std::string> Namespace::within(const std::string& line) const {
  return {"nsenter", "--net=/run/netns/" + name_, "sh", "-c", line};
}

std::string Namespace::output(const std::string& line, int* status) const {
  const os::Output result = os::run(within(line));
  if (status != nullptr) *status = result.status;
  return result.text;
}

std::string Namespace::run(const std::string& line) const {
  int status = 0;
  std::string text = output(line, &status);
  EXPECT_EQ(status, 0) << name_ << "# " << line << '\n' << text;
  return text;
}

Program::Program(const std::vector<std::string>& argv) { start(argv); }

Program::Program(const Namespace& where, const std::string& line) { start(where.within("exec " + line)); }

void Program::start(const std::vector<std::string>& argv) {
  file_ = temporary("log-" + std::to_string(++number));
  const os::Fd log(os::check(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600), file_));
  os::SpawnOptions options;
  options.output = options.error = log.get();
  options.own_group = true;
  pid_ = os::spawn(argv, options);
}

Program::~Program() {
  if (pid_ > 0) stop(SIGTERM);
  ::unlink(file_.c_str());
}

std::string Program::log() const { return os::read_file(file_); }

bool Program::wait_for(const std::string& text, int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (log().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(20ms);
  }
  return log().find(text) != std::string::npos;
}

int Program::wait(int seconds) {
  if (pid_ < 0) return -1;
  const auto status = os::wait_for(pid_, std::chrono::seconds(seconds));
  if (!status) return -1;
  pid_ = -1;
  return *status;
}

int Program::stop(int signal) {
  if (pid_ < 0) return -1;
  ::kill(-pid_, signal);
  int status = wait(10);
  if (status == -1 && pid_ > 0) {
    ADD_FAILURE() << "process " << pid_ << " does not end: " << log();
    ::kill(-pid_, SIGKILL);
    status = wait(5);
  }
  return status;
}

namespace {

std::vector<std::string> emulator_argv(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{LVS_PROGRAM_DIR "/lvs-emu"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

Emulator::Emulator(const std::vector<std::string>& arguments) : Program(emulator_argv(arguments)) {
  EXPECT_TRUE(wait_for("lvs-emu: running", 10)) << log();
}

std::string lab(const std::string& name) { return std::string(LVS_SOURCE_DIR) + "/scenarios/emulation/labs/" + name; }

std::string temporary(const std::string& name) {
  return testing::TempDir() + "lvs-emu-" + std::to_string(::getpid()) + "-" + name;
}

}  // namespace lvs::emu_test
