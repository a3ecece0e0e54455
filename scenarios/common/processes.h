// SPDX-License-Identifier: GPL-2.0-or-later
// Jobs side by side, each in a process of its own: ns-3 has one simulator a process.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lvs::scenarios {

struct ProcessPlan {
  std::vector<std::size_t> order;                    // the jobs' numbers, from 0 on, in the order in which they begin
  unsigned processes = 1;                            // at a time
  std::size_t size = 0;                              // bytes of a result, a page at most
  std::function<std::string(std::size_t job)> run;   // called in the job's process
  std::function<std::string(std::size_t job)> name;  // for an error: "the point NAT with 3 servers"
  std::function<void(std::size_t done, std::size_t job, const std::string& result)> progress;
};

struct ProcessOutcome {
  std::vector<std::string> results;  // by the jobs' numbers
  std::string error;                 // a process that died; the results are not whole then
};
ProcessOutcome run_in_processes(const ProcessPlan& plan);

}  // namespace lvs::scenarios
