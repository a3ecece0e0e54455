// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string_view>

#include "os/fd.h"

namespace lvs::os {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  // execve() takes char* for C's sake, and only reads (POSIX, exec, rationale).
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// dup2(), and the copy stays open in the program that is started.
bool give(int from, int to) {
  if (from == to) return ::fcntl(to, F_SETFD, 0) == 0;
  return ::dup2(from, to) == to;
}

// What this process blocks or ignores is not the child's.
void usual_signals() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the child: gives only errno, when the program cannot be started. Nothing here may ask for memory.
int start(char* const* argv, char* const* environment, const SpawnOptions& options, pid_t parent) {
  die_with(parent);
  if (options.own_group && ::setpgid(0, 0) != 0) return errno;
  const int input = options.input < 0 ? ::open("/dev/null", O_RDONLY) : options.input;
  if (input < 0 || !give(input, 0)) return errno;
  if (options.output >= 0 && !give(options.output, 1)) return errno;
  if (options.error >= 0 && !give(options.error, 2)) return errno;
  constexpr unsigned long kAsk = 0xffffffff;
  const int personality = options.fixed_addresses ? ::personality(kAsk) : -1;
  if (personality >= 0) ::personality(static_cast<unsigned long>(personality) | ADDR_NO_RANDOMIZE);
  usual_signals();
  ::execvpe(argv[0], argv, environment);
  return errno;
}

// The child has this process's memory until it is another program: to copy it is what a command costs most where the
// kernel is User Mode Linux. vfork() wants a function of its own, which the child never leaves.
pid_t start_beside(char* const* argv, char* const* environment, const SpawnOptions& options, pid_t parent,
                   int trouble) {
  const pid_t pid = ::vfork();
  if (pid != 0) return pid;
  const int error = start(argv, environment, options, parent);
  [[maybe_unused]] const auto told = ::write(trouble, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(128 + SIGKILL);
}

pid_t spawn(const std::vector<std::string>& argv, const SpawnOptions& options) {
  const auto words = pointers(argv);
  const auto given = pointers(options.environment);
  char* const* const environment = options.environment.empty() ? environ : given.data();
  Pipe trouble = make_pipe();  // closed by a program that starts
  const pid_t parent = ::getpid();
  // A handler of this process must not run in the child.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  const pid_t pid = start_beside(words.data(), environment, options, parent, trouble.write.get());
  const int failed = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw std::system_error(failed, std::generic_category(), argv[0]);
  trouble.write.reset();
  int error = 0;
  ssize_t got = 0;
  do got = ::read(trouble.read.get(), &error, sizeof error);
  while (got < 0 && errno == EINTR);
  if (got != sizeof error) return pid;
  wait_for(pid);
  throw std::system_error(error, std::generic_category(), argv[0]);
}

int shell_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) check(-1, "waitpid");
  return shell_status(status);
}

std::optional<int> wait_for(pid_t pid, std::chrono::milliseconds limit) {
  const Fd handle(static_cast<int>(check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open")));
  pollfd entry{handle.get(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(limit.count())) <= 0) return {};
  return wait_for(pid);
}

Output run(const std::vector<std::string>& argv) {
  Pipe pipe = make_pipe();
  SpawnOptions options;
  options.output = options.error = pipe.write.get();
  const pid_t pid = spawn(argv, options);
  pipe.write.reset();
  Output result;
  char buffer[4096];
  while (const auto got = check(::read(pipe.read.get(), buffer, sizeof buffer), "read"))
    result.text.append(buffer, static_cast<std::size_t>(got));
  result.status = wait_for(pid);
  return result;
}

std::optional<std::string> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  // The tools of a router live in sbin, which an ordinary user's PATH may lack.
  std::string rest = std::string(path ? path : "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string file = rest.substr(0, end) + "/" + name;
    if (file.front() == '/' && ::access(file.c_str(), X_OK) == 0) return file;
    rest.erase(0, end + 1);
  }
  return {};
}

std::string own_program() {
  char buffer[4096];
  const auto size = check(::readlink("/proc/self/exe", buffer, sizeof buffer), "/proc/self/exe");
  return {buffer, static_cast<std::size_t>(size)};
}

}  // namespace lvs::os
