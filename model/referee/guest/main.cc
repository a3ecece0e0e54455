// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/main.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/random.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string_view>

#include "os/fd.h"
#include "referee/fence.h"
#include "referee/guest/lab.h"
#include "referee/guest/limits.h"
#include "referee/guest/programs/httpd.h"
#include "referee/guest/programs/services.h"
#include "referee/guest/programs/tools.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// On the console, which the program outside reads.
void say(const std::string& text) {
  std::printf("%s%s\n", kAgentMark, text.c_str());
  std::fflush(stdout);
}

// In a process of its own. Its results are in the lab's folder.
int run_lab(const Plan& plan, const std::string& run_folder, std::size_t index) {
  const std::string folder = lab_folder(run_folder, index);
  Results results;
  try {
    const control::LabReading reading = control::read_lab(folder + "/conf");
    if (!reading.ok()) throw std::runtime_error(reading.errors.front().text());
    results = run_guest_lab(plan, run_folder, index, reading.lab,
                            [&](std::size_t line) { say(fmt::format("line {} {}", index, line)); });
  } catch (const std::exception& e) {
    results.error = e.what();
  }
  os::write_file(fmt::format("{}/{}", kResultsFolder, result_name(index, "results")), results.text());
  return results.error.empty() ? 0 : 1;
}

// The labs' processes. SIGCHLD is blocked until it is asked for; a child's own set of signals is as before.
class Children {
 public:
  Children() {
    sigemptyset(&child_);
    sigaddset(&child_, SIGCHLD);
    os::check(::sigprocmask(SIG_BLOCK, &child_, &before_), "sigprocmask");
  }
  ~Children() { unblock(); }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  void unblock() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  // The next one that has ended, or 0 after a while. Where waiting is skipped, looking again and again is what costs,
  // and a quarter of an hour is soon over; a program that spins until time passes lets none pass.
  pid_t next_ended(bool virtual_time) const {
    const timespec patience = virtual_time ? timespec{15 * 60, 0} : timespec{0, 10'000'000};
    for (;;) {
      if (const pid_t ended = ::waitpid(-1, nullptr, WNOHANG); ended > 0) return ended;
      if (::sigtimedwait(&child_, nullptr, &patience) < 0) return 0;
    }
  }

 private:
  sigset_t child_{}, before_{};
};

void run_labs(const Plan& plan, const std::string& run_folder) {
  std::map<pid_t, std::size_t> running;
  std::size_t next = 0;
  auto last_word = std::chrono::steady_clock::now();
  const Children children;
  while (next < plan.labs || !running.empty()) {
    while (next < plan.labs && running.size() < plan.at_once) {
      const pid_t pid = os::check(::fork(), "fork");
      if (pid == 0) {
        children.unblock();
        ::_exit(run_lab(plan, run_folder, next));
      }
      running.emplace(pid, next++);
    }
    const pid_t ended = children.next_ended(plan.virtual_time);
    if (const auto lab = running.find(ended); lab != running.end()) {
      say(fmt::format("done {}", lab->second));
      running.erase(lab);
      continue;
    }
    if (const auto now = std::chrono::steady_clock::now(); now - last_word > 2s) {
      say("alive");
      last_word = now;
    }
  }
}

// The pool of random numbers counts as filled: User Mode Linux has few events to fill it from, and programs that wait
// for it (OpenSSL, keepalived) would wait for minutes. Nothing here is a secret.
void fill_random_pool() {
  struct {
    int bits = 512, bytes = 64;
    std::uint8_t pool[64] = {};
  } credit;
  const os::Fd device(os::check(::open("/dev/urandom", O_RDWR | O_CLOEXEC), "/dev/urandom"));
  os::check(::ioctl(device.get(), RNDADDENTROPY, &credit), "/dev/urandom");
}

// What all labs of this boot share; nothing of it can be changed by them.
void prepare(const Plan& plan, const std::string& run_folder) {
  const std::string work = kWorkFolder;
  std::filesystem::create_directories(work + "/root");
  std::filesystem::create_directory(kResultsFolder);
  os::check(
      ::mount("results", kResultsFolder, "hostfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, (run_folder + "/results").c_str()),
      kResultsFolder);
  os::write_existing("/proc/sys/user/max_user_namespaces", "0");  // whose root has rights that labs are not given
  fill_random_pool();
  prepare_limits(work + "/groups");
  mount_tools(plan, run_folder, work + "/tools");
}

}  // namespace

std::optional<int> guest_main(int argc, char** argv) {
  if (const auto status = fence_main(argc, argv)) return status;
  if (const auto status = guest_services(argc, argv)) return status;
  if (const auto status = guest_httpd(argc, argv)) return status;
  if (argc != 3 || std::string_view(argv[1]) != kGuestCommand) return {};
  const std::string run_folder = argv[2];
  try {
    utsname system{};
    os::check(::uname(&system), "uname");
    say(fmt::format("kernel {}", system.release));
    const Plan plan = Plan::parse(os::read_file(run_folder + "/plan"));
    prepare(plan, run_folder);
    run_labs(plan, run_folder);
    ::sync();
    say("end");
    return 0;
  } catch (const std::exception& e) {
    say(fmt::format("error {}", e.what()));
    return 1;
  }
}

}  // namespace lvs::referee
