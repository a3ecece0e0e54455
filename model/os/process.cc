// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdlib>
#include <string_view>

#include "os/fd.h"

namespace lvs::os {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// posix_spawn's two option objects, freed with the scope.
struct SpawnAttributes {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  SpawnAttributes() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnAttributes() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

}  // namespace

pid_t spawn(const std::vector<std::string>& argv, const SpawnOptions& options) {
  SpawnAttributes set;
  if (options.input < 0)
    posix_spawn_file_actions_addopen(&set.files, 0, "/dev/null", O_RDONLY, 0);
  else
    posix_spawn_file_actions_adddup2(&set.files, options.input, 0);
  if (options.output >= 0) posix_spawn_file_actions_adddup2(&set.files, options.output, 1);
  if (options.error >= 0) posix_spawn_file_actions_adddup2(&set.files, options.error, 2);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&set.attributes, &none);  // what this process blocks or ignores is not the child's
  posix_spawnattr_setsigdefault(&set.attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (options.own_group) flags |= POSIX_SPAWN_SETPGROUP;
  posix_spawnattr_setflags(&set.attributes, flags);
  pid_t pid = -1;
  const auto environment = pointers(options.environment);
  const int error = posix_spawnp(&pid, argv[0].c_str(), &set.files, &set.attributes, pointers(argv).data(),
                                 options.environment.empty() ? environ : environment.data());
  if (error != 0) throw std::system_error(error, std::generic_category(), argv[0]);
  return pid;
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
