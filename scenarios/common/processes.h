// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs side by side, each in a process of its own: ns-3 has one simulator a process, and work of strangers wants
// bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace lvs::scenarios {

// What a job may take, where it does a stranger's work: it has no standard input and output then, a process group of
// its own, and what it says on standard error is kept for why it failed.
struct ProcessBounds {
  std::chrono::seconds wall{60};  // by the clock
  std::uint64_t memory = 0;       // bytes of addresses; 0: as they are
  std::size_t output = 8 << 20;   // bytes that it may give
};

// What the process gave, or why it gave nothing, in one line.
using ProcessResult = base::Result<std::string, std::string>;

struct ProcessPlan {
  std::vector<std::size_t> order;                    // the jobs' numbers, in the order in which they begin
  unsigned processes = 1;                            // at a time
  const ProcessBounds* bounds = nullptr;             // none: the program's own work
  std::function<std::string(std::size_t job)> run;   // called in the job's process; what it throws is its failure
  std::function<std::string(std::size_t job)> name;  // for an error: "the point NAT with 3 servers"
  // Of each job as it ends. False: no more of them begin.
  std::function<bool(std::size_t job, ProcessResult result)> ended;
};
void run_in_processes(const ProcessPlan& plan);

}  // namespace lvs::scenarios
