// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/guardian.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace lvs::os {
namespace {

// A message is one write(2), which pipes keep whole up to this size.
constexpr std::size_t kMessage = PIPE_BUF;
constexpr std::size_t kMost = 256;  // groups or folders at a time

// What the child remembers. It is forked from a process with threads: it asks for no memory.
struct Charge {
  char kind = 0;  // 0: free
  std::array<char, kMessage> name{};
};
std::array<Charge, kMost> charges;

void obey(const char* message) {
  const char kind = message[0], wanted = kind == 'g' || kind == 'G' ? 'G' : 'F';
  const char* const name = message + 1;
  for (Charge& each : charges) {
    if (kind == wanted ? each.kind == 0 : each.kind == wanted && std::strcmp(each.name.data(), name) == 0) {
      each.kind = kind == wanted ? kind : '\0';
      std::strncpy(each.name.data(), name, each.name.size() - 1);
      return;
    }
  }
}

bool removed(const char* folder) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execlp("rm", "rm", "-rf", "--", folder, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int status = 0;
  return pid > 0 && ::waitpid(pid, &status, 0) == pid && status == 0;
}

// Who was killed a moment ago may still make a file there.
void remove_folder(const char* folder) {
  constexpr int kTries = 20;
  constexpr timespec kPause{0, 50'000'000};
  for (int i = 0; i < kTries && !removed(folder); ++i) ::nanosleep(&kPause, nullptr);
}

[[noreturn]] void guard(int line) {
  ::setsid();
  ::prctl(PR_SET_NAME, "lvs-guardian");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(number, SIG_IGN);
  // Nobody who waits for the end of our parent's output waits for us.
  ::dup2(line, 0);
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, 2);
  std::array<char, kMessage> message;
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(0, message.data() + size, message.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
    for (void* end; (end = std::memchr(message.data(), '\0', size)) != nullptr;) {
      obey(message.data());
      const std::size_t length = static_cast<std::size_t>(static_cast<char*>(end) - message.data()) + 1;
      std::memmove(message.data(), message.data() + length, size - length);
      size -= length;
    }
  }
  for (const Charge& each : charges)
    if (each.kind == 'G') ::kill(-std::atoi(each.name.data()), SIGKILL);
  for (const Charge& each : charges)
    if (each.kind == 'F') remove_folder(each.name.data());
  ::_exit(0);
}

}  // namespace

Guardian& Guardian::of_process() {
  static Guardian guardian;
  return guardian;
}

Guardian::Guardian() {
  Pipe pipe = make_pipe();
  pid_ = check(::fork(), "fork");
  if (pid_ == 0) guard(pipe.read.get());
  line_ = std::move(pipe.write);
}

Guardian::~Guardian() {
  line_.reset();
  ::waitpid(pid_, nullptr, 0);
}

void Guardian::tell(char what, const std::string& whom) {
  const std::string message = what + whom + '\0';
  if (message.size() > kMessage) return;
  const std::lock_guard lock(one_);
  // Without it things are as they were before there was one.
  [[maybe_unused]] const auto told = ::write(line_.get(), message.data(), message.size());
}

}  // namespace lvs::os
