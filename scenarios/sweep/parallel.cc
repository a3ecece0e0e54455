// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/parallel.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>

#include "os/process.h"

namespace lvs::scenarios {
namespace {

static_assert(std::is_trivially_copyable_v<PointResult>, "results cross a pipe as they are");

struct Child {
  std::size_t index;
  int pipe;
};

// Runs in the child: never returns.
[[noreturn]] void run_child(const PointSpec& spec, int out) {
  const PointResult result = run_point(spec);
  const char* bytes = reinterpret_cast<const char*>(&result);
  std::size_t left = sizeof result;
  while (left > 0) {
    const ssize_t n = write(out, bytes, left);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    bytes += n;
    left -= static_cast<std::size_t>(n);
  }
  std::fflush(nullptr);
  _exit(0);  // no destructors of the parent's copies
}

// The whole result, or false when the child ended before it was written.
bool read_result(int in, PointResult& result) {
  char* bytes = reinterpret_cast<char*>(&result);
  std::size_t left = sizeof result;
  while (left > 0) {
    const ssize_t n = read(in, bytes, left);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    left -= static_cast<std::size_t>(n);
  }
  return true;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace

ParallelOutcome run_points(const std::vector<PointSpec>& specs, unsigned processes,
                           const std::function<void(std::size_t, std::size_t, const PointResult&)>& progress) {
  ParallelOutcome outcome;
  outcome.results.resize(specs.size());
  // The heaviest first, so that the last ones to end are short.
  std::vector<std::size_t> order(specs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater<>{},
                           [&](std::size_t i) { return specs[i].servers * specs[i].server_rate; });

  std::map<pid_t, Child> running;
  std::size_t next = 0;
  std::size_t done = 0;
  std::fflush(nullptr);  // or children would print it again
  while (done < specs.size()) {
    while (next < order.size() && running.size() < std::max(processes, 1u) && outcome.error.empty()) {
      int ends[2];
      if (pipe(ends) != 0) {
        outcome.error = fmt::format("pipe: {}", std::strerror(errno));
        break;
      }
      const std::size_t index = order[next++];
      const pid_t parent = getpid();
      const pid_t pid = fork();
      if (pid == 0) {
        os::die_with(parent);
        close(ends[0]);
        run_child(specs[index], ends[1]);
      }
      close(ends[1]);
      if (pid < 0) {
        close(ends[0]);
        outcome.error = fmt::format("fork: {}", std::strerror(errno));
        break;
      }
      running[pid] = {index, ends[0]};
    }
    if (running.empty()) return outcome;  // stopped by an error
    int status = 0;
    const pid_t pid = wait(&status);
    const auto at = running.find(pid);
    if (at == running.end()) continue;
    const std::size_t index = at->second.index;
    const PointSpec& spec = specs[index];
    const bool whole = read_result(at->second.pipe, outcome.results[index]);
    if (!whole && outcome.error.empty()) {
      outcome.error =
          fmt::format("the point {} with {} servers {}", name_of(spec.method), spec.servers, how_it_ended(status));
    }
    close(at->second.pipe);
    running.erase(at);
    ++done;
    if (whole) progress(done, index, outcome.results[index]);
  }
  return outcome;
}

}  // namespace lvs::scenarios
