// SPDX-License-Identifier: GPL-2.0-or-later
// The bounds of a run, and what is said of it while it lasts.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace lvs::scenarios {

struct RunLimits {
  std::chrono::seconds wall{600};
  std::uint64_t frames = 200'000'000;
  std::chrono::hours lab{24};  // of the lab's own time, where --until says nothing else
};

// Bounds this process's memory to three quarters of the machine's. Where that is not enough, `last` is said, and the
// process ends with status 2.
void bound_memory(const std::string& last);

// Watches a run on the model. What it is doing is named when a bound is reached: by look(), and where the run does not
// come back to look, or there is no memory left, by a line on standard error and the end of the process with status 2.
class RunWatch {
 public:
  RunWatch(std::string program, const RunLimits& limits);
  ~RunWatch();
  RunWatch(const RunWatch&) = delete;
  RunWatch& operator=(const RunWatch&) = delete;

  // What runs from here on: "lab.timeline:3: curl 10.0.0.1".
  void now(const std::string& what);
  // To be called now and then: shows how far it is, on a terminal and after a while. Not empty: the bound that is
  // reached, and the run is to end.
  std::string look(std::chrono::nanoseconds lab_time, std::uint64_t frames);

 private:
  using Clock = std::chrono::steady_clock;

  void guard();
  void show(std::chrono::nanoseconds lab_time, std::uint64_t frames);

  std::string program_;
  RunLimits limits_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point begin_ = Clock::now(), next_shown_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::string what_;
  std::thread guard_;
};

}  // namespace lvs::scenarios
