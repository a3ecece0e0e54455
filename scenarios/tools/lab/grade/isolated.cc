// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/isolated.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <map>
#include <optional>
#include <system_error>
#include <vector>

#include "common/output-file.h"
#include "os/fd.h"
#include "os/process.h"

namespace lvs::scenarios {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostSaid = 64 << 10;

struct Child {
  pid_t pid = -1;
  os::Fd result, said;  // what it gives; its standard error
  std::string bytes, words;
  Clock::time_point deadline;
  std::string killed;  // why
};

[[noreturn]] void be_child(pid_t parent, const os::Pipe& result, const os::Pipe& said, const IsolationLimits& limits,
                           const std::function<std::string()>& work) {
  os::die_with(parent);
  setpgid(0, 0);  // what it starts ends with it
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  dup2(said.write.get(), STDERR_FILENO);
  if (limits.memory != 0) {
    const rlimit memory{limits.memory, limits.memory};
    setrlimit(RLIMIT_AS, &memory);
  }
  const rlimit core{0, 0};
  setrlimit(RLIMIT_CORE, &core);
  bool good = false;
  try {
    good = write_all(result.write.get(), work());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(nullptr);
  _exit(good ? 0 : 1);  // no destructors of the parent's copies
}

Child start(const IsolationLimits& limits, const std::function<std::string()>& work) {
  os::Pipe result = os::make_pipe(), said = os::make_pipe();
  std::fflush(nullptr);  // or children would print it again
  const pid_t parent = getpid();
  const pid_t pid = os::check(fork(), "fork");
  if (pid == 0) be_child(parent, result, said, limits, work);
  setpgid(pid, pid);
  return {pid, std::move(result.read), std::move(said.read), {}, {}, Clock::now() + limits.wall, {}};
}

// False at the end of it.
bool take(os::Fd& from, std::string& into, std::size_t most, bool& too_much) {
  char bytes[16384];
  const ssize_t n = read(from.get(), bytes, sizeof bytes);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) {
    from.reset();
    return false;
  }
  const std::size_t room = most - std::min(most, into.size());
  into.append(bytes, std::min(room, static_cast<std::size_t>(n)));
  too_much = static_cast<std::size_t>(n) > room;
  return true;
}

void end(Child& child, std::string why) {
  if (!child.killed.empty()) return;
  child.killed = std::move(why);
  kill(-child.pid, SIGKILL);
  kill(child.pid, SIGKILL);
}

// Its last words, without our name in front of them.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  text = text.substr(text.find_last_of("\n\r") + 1);
  return text.starts_with("lvs-lab: ") ? text.substr(9) : text;
}

IsolatedResult finish(Child& child) {
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  kill(-child.pid, SIGKILL);  // what it may have left behind
  if (!child.killed.empty()) return base::Error{child.killed};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::move(child.bytes);
  const std::string words = last_line(child.words);
  if (!words.empty()) return base::Error{words};
  if (WIFSIGNALED(status)) return base::Error{fmt::format("grading it was killed by signal {}", WTERMSIG(status))};
  return base::Error{fmt::format("grading it ended with status {}", WEXITSTATUS(status))};
}

class Pool {
 public:
  Pool(const IsolationLimits& limits, const std::function<void(std::size_t, IsolatedResult)>& done)
      : limits_(limits), done_(done) {}

  std::size_t running() const { return children_.size(); }
  void add(std::size_t number, const std::function<std::string()>& work) {
    children_.emplace(number, start(limits_, work));
  }
  // Waits for something to happen.
  void wait() {
    std::vector<pollfd> polled;
    std::vector<std::pair<std::size_t, bool>> whose;
    Clock::time_point next = Clock::now() + std::chrono::seconds(10);
    for (auto& [number, child] : children_) {
      next = std::min(next, child.deadline);
      for (const bool result : {true, false}) {
        const os::Fd& fd = result ? child.result : child.said;
        if (!fd) continue;
        polled.push_back({fd.get(), POLLIN, 0});
        whose.emplace_back(number, result);
      }
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()).count();
    poll(polled.data(), polled.size(), static_cast<int>(std::max<std::int64_t>(0, left) + 1));
    for (std::size_t i = 0; i < polled.size(); ++i)
      if (polled[i].revents != 0) read_from(children_.at(whose[i].first), whose[i].second);
    collect();
  }

 private:
  void read_from(Child& child, bool result) {
    bool too_much = false;
    if (result)
      take(child.result, child.bytes, limits_.output, too_much);
    else
      take(child.said, child.words, kMostSaid, too_much);
    if (result && too_much) end(child, fmt::format("stopped: its result has more than {} bytes", limits_.output));
  }

  void collect() {
    for (auto at = children_.begin(); at != children_.end();) {
      Child& child = at->second;
      if (Clock::now() >= child.deadline)
        end(child, fmt::format("stopped after {} s by the clock (--timeout)", limits_.wall.count()));
      if (child.killed.empty() && (child.result || child.said)) {
        ++at;
        continue;
      }
      ended_.emplace(at->first, finish(child));
      at = children_.erase(at);
    }
    for (auto at = ended_.find(told_); at != ended_.end(); at = ended_.find(told_)) {
      done_(told_++, std::move(at->second));
      ended_.erase(at);
    }
  }

  const IsolationLimits& limits_;
  const std::function<void(std::size_t, IsolatedResult)>& done_;
  std::map<std::size_t, Child> children_;
  std::map<std::size_t, IsolatedResult> ended_;
  std::size_t told_ = 0;
};

}  // namespace

void run_isolated(std::size_t count, unsigned jobs, const IsolationLimits& limits,
                  const std::function<std::string(std::size_t)>& work,
                  const std::function<void(std::size_t, IsolatedResult)>& done) {
  Pool pool(limits, done);
  std::size_t next = 0;
  while (next < count || pool.running() != 0) {
    while (next < count && pool.running() < std::max(jobs, 1u)) {
      const std::size_t number = next++;
      pool.add(number, [&work, number] { return work(number); });
    }
    pool.wait();
  }
}

}  // namespace lvs::scenarios
