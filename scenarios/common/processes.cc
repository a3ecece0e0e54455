// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <map>
#include <utility>

#include "common/output-file.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::scenarios {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostSaid = 64 << 10;

struct Child {
  pid_t pid = -1;
  os::Fd result, said;  // what it gives; its standard error, where that is kept
  std::string bytes, words;
  Clock::time_point deadline = Clock::time_point::max();
  std::string killed;  // why
};

void stay_within(const ProcessBounds& bounds, int said) {
  setpgid(0, 0);  // what it starts ends with it
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(said, STDERR_FILENO);
  if (bounds.memory != 0) {
    const rlimit memory{bounds.memory, bounds.memory};
    setrlimit(RLIMIT_AS, &memory);
  }
  const rlimit core{0, 0};
  setrlimit(RLIMIT_CORE, &core);
}

[[noreturn]] void be_child(const ProcessPlan& plan, std::size_t job, int result) {
  bool good = false;
  try {
    good = write_all(result, plan.run(job));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(nullptr);
  _exit(good ? 0 : 1);  // no destructors of the parent's copies
}

Child start(const ProcessPlan& plan, std::size_t job) {
  os::Pipe result = os::make_pipe(), said;
  if (plan.bounds != nullptr) said = os::make_pipe();
  std::fflush(nullptr);  // or children would print it again
  const pid_t parent = getpid();
  const pid_t pid = os::check(fork(), "fork");
  if (pid == 0) {
    os::die_with(parent);
    if (plan.bounds != nullptr) stay_within(*plan.bounds, said.write.get());
    be_child(plan, job, result.write.get());
  }
  Child child{.pid = pid,
              .result = std::move(result.read),
              .said = std::move(said.read),
              .bytes = {},
              .words = {},
              .killed = {}};
  if (plan.bounds != nullptr) {
    setpgid(pid, pid);
    child.deadline = Clock::now() + plan.bounds->wall;
  }
  return child;
}

// False where there was more than there is room for.
bool take(os::Fd& from, std::string& into, std::size_t most) {
  char bytes[16384];
  const ssize_t n = read(from.get(), bytes, sizeof bytes);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) {
    from.reset();
    return true;
  }
  const std::size_t room = most - std::min(most, into.size());
  into.append(bytes, std::min(room, static_cast<std::size_t>(n)));
  return static_cast<std::size_t>(n) <= room;
}

// Its last words.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text.substr(text.find_last_of("\n\r") + 1);
}

class Pool {
 public:
  explicit Pool(const ProcessPlan& plan) : plan_(plan) {}

  std::size_t running() const { return children_.size(); }
  void add(std::size_t job) { children_.emplace(job, start(plan_, job)); }

  // Waits for something to happen. False: no more jobs are to begin.
  bool wait() {
    std::vector<pollfd> polled;
    std::vector<std::pair<Child*, bool>> whose;
    Clock::time_point next = Clock::now() + std::chrono::seconds(10);
    for (auto& [job, child] : children_) {
      next = std::min(next, child.deadline);
      for (const bool result : {true, false}) {
        const os::Fd& fd = result ? child.result : child.said;
        if (!fd) continue;
        polled.push_back({fd.get(), POLLIN, 0});
        whose.emplace_back(&child, result);
      }
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()).count();
    poll(polled.data(), polled.size(), static_cast<int>(std::max<std::int64_t>(0, left) + 1));
    for (std::size_t i = 0; i < polled.size(); ++i)
      if (polled[i].revents != 0) read_from(*whose[i].first, whose[i].second);
    return collect();
  }

 private:
  void end(Child& child, std::string why) {
    if (!child.killed.empty()) return;
    child.killed = std::move(why);
    kill(-child.pid, SIGKILL);
    kill(child.pid, SIGKILL);
  }

  void read_from(Child& child, bool result) {
    const std::size_t most = plan_.bounds != nullptr ? plan_.bounds->output : SIZE_MAX;
    if (!result)
      take(child.said, child.words, kMostSaid);
    else if (!take(child.result, child.bytes, most))
      end(child, fmt::format("stopped: its result has more than {} bytes", most));
  }

  bool collect() {
    bool more = true;
    for (auto at = children_.begin(); at != children_.end();) {
      Child& child = at->second;
      if (Clock::now() >= child.deadline)
        end(child, fmt::format("stopped after {} s by the clock (--timeout)", plan_.bounds->wall.count()));
      if (child.killed.empty() && (child.result || child.said)) {
        ++at;
        continue;
      }
      more &= plan_.ended(at->first, finish(at->first, child));
      at = children_.erase(at);
    }
    return more;
  }

  ProcessResult finish(std::size_t job, Child& child) {
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
    if (plan_.bounds != nullptr) kill(-child.pid, SIGKILL);  // what it may have left behind
    if (!child.killed.empty()) return base::Error{child.killed};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::move(child.bytes);
    const std::string words = last_line(child.words);
    if (!words.empty()) return base::Error{words};
    if (WIFSIGNALED(status))
      return base::Error{fmt::format("{} was killed by signal {}", plan_.name(job), WTERMSIG(status))};
    return base::Error{fmt::format("{} ended with status {}", plan_.name(job), WEXITSTATUS(status))};
  }

  const ProcessPlan& plan_;
  std::map<std::size_t, Child> children_;
};

}  // namespace

void run_in_processes(const ProcessPlan& plan) {
  Pool pool(plan);
  bool more = true;
  for (std::size_t next = 0; (more && next < plan.order.size()) || pool.running() != 0;) {
    while (more && next < plan.order.size() && pool.running() < std::max(plan.processes, 1u))
      pool.add(plan.order[next++]);
    more &= pool.wait();
  }
}

}  // namespace lvs::scenarios
