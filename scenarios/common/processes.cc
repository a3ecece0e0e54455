// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/processes.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

#include "common/output-file.h"
#include "os/process.h"

namespace lvs::scenarios {
namespace {

struct Child {
  std::size_t job;
  int pipe;
};

// Never returns.
[[noreturn]] void run_child(const ProcessPlan& plan, std::size_t job, int out) {
  if (!write_all(out, plan.run(job))) _exit(1);
  std::fflush(nullptr);
  _exit(0);  // no destructors of the parent's copies
}

// The whole result, or false when the child ended before it was written.
bool read_result(int in, std::string& result) {
  std::size_t at = 0;
  while (at < result.size()) {
    const ssize_t n = read(in, result.data() + at, result.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += static_cast<std::size_t>(n);
  }
  return true;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

// Empty, or why there is no such process.
std::string start(const ProcessPlan& plan, std::size_t job, std::map<pid_t, Child>& running) {
  int ends[2];
  if (pipe(ends) != 0) return fmt::format("pipe: {}", std::strerror(errno));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    os::die_with(parent);
    close(ends[0]);
    run_child(plan, job, ends[1]);
  }
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return fmt::format("fork: {}", std::strerror(errno));
  }
  running[pid] = {job, ends[0]};
  return {};
}

}  // namespace

ProcessOutcome run_in_processes(const ProcessPlan& plan) {
  ProcessOutcome outcome;
  outcome.results.resize(plan.order.size());
  std::map<pid_t, Child> running;
  std::size_t next = 0, done = 0;
  std::fflush(nullptr);  // or children would print it again
  while (done < plan.order.size()) {
    while (next < plan.order.size() && running.size() < std::max(plan.processes, 1u) && outcome.error.empty())
      outcome.error = start(plan, plan.order[next++], running);
    if (running.empty()) return outcome;  // stopped by an error
    int status = 0;
    const pid_t pid = wait(&status);
    const auto at = running.find(pid);
    if (at == running.end()) continue;
    std::string& result = outcome.results[at->second.job];
    result.resize(plan.size);
    const std::size_t job = at->second.job;
    const bool whole = read_result(at->second.pipe, result);
    if (!whole && outcome.error.empty()) outcome.error = fmt::format("{} {}", plan.name(job), how_it_ended(status));
    close(at->second.pipe);
    running.erase(at);
    ++done;
    if (whole) plan.progress(done, job, result);
  }
  return outcome;
}

}  // namespace lvs::scenarios
