// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/uml.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "os/guardian.h"
#include "os/process.h"
#include "referee/fence.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMemory = 1 << 30;
// The file of its memory is as much larger as its heap begins at random behind its code: up to 1 GiB.
constexpr std::uint64_t kLargestFile = 2 * kMemory + (256 << 20);
// Of the console: those that are shown, and those that are kept, for a panic is followed by what led there.
constexpr std::size_t kLastLines = 15, kKeptLines = 80;
// The time of day at which a kernel in virtual time boots: one that no run chooses, in September 2026.
constexpr std::chrono::nanoseconds kVirtualStart = std::chrono::seconds(1'790'000'000);

// How often a silent kernel is looked at: does it still run?
constexpr std::chrono::milliseconds kLook(500);

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

// Of one line of /proc/PID/stat (proc(5)): the process group, and the ticks used; with those of its ended children too.
struct Usage {
  pid_t group = 0;
  long own = 0, children = 0;
};
Usage usage_of(const std::string& stat) {
  Usage usage;
  const std::size_t name = stat.rfind(')');
  long user = 0, system = 0, child_user = 0, child_system = 0;
  if (name == std::string::npos ||
      std::sscanf(stat.c_str() + name + 1, " %*c %*d %d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld", &usage.group,
                  &user, &system, &child_user, &child_system) != 5)
    return {};
  usage.own = user + system;
  usage.children = child_user + child_system;
  return usage;
}

// The shared object of preload/ptrace.cc.
constexpr unsigned char kPreload[] = {
#include "uml-preload.inc"
};

// The kernel's memory is a file that it maps with execute permission.
std::string memory_folder() {
  std::string reasons;
  for (const char* candidate : {static_cast<const char*>(std::getenv("TMPDIR")), "/dev/shm", "/tmp", "/var/tmp"}) {
    struct statvfs at;
    if (!candidate || *candidate == '\0') continue;
    const std::string folder = candidate;
    if (::statvfs(candidate, &at) != 0 || ::access(candidate, W_OK | X_OK) != 0)
      reasons += "\n  " + folder + ": cannot be written";
    else if (::geteuid() == 0 && !os::open_to_others(folder))
      reasons += "\n  " + folder + ": is closed to nobody, who runs the kernel where root calls";
    else if ((at.f_flag & ST_NOEXEC) != 0)
      reasons += "\n  " + folder + ": is mounted noexec";
    else if (std::uint64_t{at.f_bavail} * at.f_frsize < kMemory)
      reasons += "\n  " + folder + ": has less than 1 GiB free";
    else
      return folder;
  }
  throw std::runtime_error("no folder is fit to hold the memory of User Mode Linux; set TMPDIR to one that is" +
                           reasons);
}

// What of the machine can be read inside, as far as who runs the kernel may read it: programs and their libraries.
// Its random numbers are not among them for a kernel in virtual time, which draws from a seed: it would mix them in.
os::FileAccess needed_files(const RunFolder& folder, const std::string& memory, bool virtual_time) {
  os::FileAccess access;
  access.read = {"/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/dev/zero", "/etc/ld.so.cache", folder.path()};
  if (!virtual_time) access.read.insert(access.read.end(), {"/dev/random", "/dev/urandom"});
  access.write = folder.writable();
  access.write.insert(access.write.end(), {memory, "/dev/null"});
  return access;
}

}  // namespace

UserModeLinux::UserModeLinux(const KernelImage& image, const RunFolder& folder)
    : memory_(memory_folder() + "/lvs-memory-") {
  const std::string preload = folder.path() + "/preload.so", own = folder.writable().front();
  os::write_file(preload, {reinterpret_cast<const char*>(kPreload), sizeof kPreload}, 0755);
  give_to_nobody(preload);
  give_to_nobody(memory_.path());
  os::Pipe console = os::make_pipe();
  os::SpawnOptions options;
  options.output = options.error = console.write.get();
  options.environment = {"TMPDIR=" + memory_.path(), "HOME=" + own, "LD_PRELOAD=" + preload,
                         "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  options.own_group = true;                      // the kernel runs its processes as children of its own
  options.fixed_addresses = image.virtual_time;  // or hashes of addresses order things by chance
  std::vector<std::string> words{image.program,
                                 fmt::format("mem={}M", kMemory >> 20),
                                 "rootfstype=hostfs",
                                 "rootflags=/",
                                 "ro",
                                 "init=" + folder.init(),
                                 "con=null",
                                 "con0=fd:0,fd:1",
                                 "quiet",
                                 "log_buf_len=4M",
                                 "uml_dir=" + own,
                                 "umid=kernel"};
  if (image.virtual_time) {
    words.emplace_back("time-travel=inf-cpu");
    words.emplace_back(fmt::format("time-travel-start={}", kVirtualStart.count()));
  }
  pid_ = os::spawn(fenced({needed_files(folder, memory_.path(), image.virtual_time), kLargestFile}, words), options);
  os::Guardian::of_process().watch_group(pid_);
  console_ = std::move(console.read);
}

UserModeLinux::~UserModeLinux() { kill(); }

void UserModeLinux::kill() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  os::Guardian::of_process().forget_group(pid_);
  os::wait_for(std::exchange(pid_, -1));
}

UserModeLinux::Console UserModeLinux::read_line(std::string& line, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
      line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      while (!line.empty() && line.back() == '\r') line.pop_back();
      last_.push_back(line);
      if (last_.size() > kKeptLines) last_.pop_front();
      return Console::line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{console_.get(), POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(std::clamp(left, 0ms, kLook).count())) <= 0) {
      if (has_ended(pid_)) return Console::closed;  // processes that help it may hold the console yet
      if (std::chrono::steady_clock::now() >= deadline) return Console::silent;
      continue;
    }
    char buffer[4096];
    const auto got = ::read(console_.get(), buffer, sizeof buffer);
    if (got > 0)
      pending_.append(buffer, static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      return Console::closed;
  }
}

std::chrono::milliseconds UserModeLinux::cpu_time() const {
  namespace fs = std::filesystem;
  long ticks = 0;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");  // of one that has ended meanwhile: nothing
    std::string stat;
    std::getline(file, stat);
    const Usage usage = usage_of(stat);
    if (usage.group != pid_) continue;
    ticks += usage.own + (name == std::to_string(pid_) ? usage.children : 0);
  }
  return std::chrono::milliseconds(1000 * ticks / std::max(::sysconf(_SC_CLK_TCK), 1L));
}

int UserModeLinux::status() {
  constexpr std::chrono::seconds kLimit(10);  // it has closed its console, and ends
  const auto found = pid_ < 0 ? std::nullopt : os::wait_for(pid_, kLimit);
  if (!found) return 0;
  ::kill(-pid_, SIGKILL);  // its processes
  os::Guardian::of_process().forget_group(std::exchange(pid_, -1));
  return *found;
}

std::string UserModeLinux::last_lines() const {
  std::string text;
  for (std::size_t i = last_.size() - std::min(last_.size(), kLastLines); i < last_.size(); ++i)
    text += "\n  " + last_[i];
  return text.empty() ? "\n  (nothing)" : text;
}

}  // namespace lvs::referee
