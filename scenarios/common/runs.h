// SPDX-License-Identifier: GPL-2.0-or-later
// Runs whose results are plain values, side by side.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "common/processes.h"

namespace lvs::scenarios {

// Processes at a time, where `jobs` says how many, or 0 one a core.
inline unsigned processes_of(std::uint64_t jobs) {
  return jobs != 0 ? static_cast<unsigned>(jobs) : std::max(1u, std::thread::hardware_concurrency());
}

template <class Value>
struct RunPlan {
  std::vector<std::size_t> order;  // the runs' numbers, from 0 on, in the order in which they begin
  unsigned processes = 1;          // at a time
  std::function<Value(std::size_t run)> run;
  std::function<std::string(std::size_t run)> name;  // for an error: "the point NAT with 3 servers"
  std::function<void(std::size_t done, std::size_t run, const Value& result)> progress;
};

template <class Value>
struct RunOutcome {
  std::vector<Value> results;  // by the runs' numbers
  std::string error;           // a process that died; the results are not whole then
};

template <class Value>
RunOutcome<Value> run_all(const RunPlan<Value>& plan) {
  static_assert(std::is_trivially_copyable_v<Value>, "results cross a pipe as they are");
  RunOutcome<Value> outcome;
  outcome.results.resize(plan.order.size());
  std::size_t done = 0;
  ProcessPlan processes;
  processes.order = plan.order;
  processes.processes = plan.processes;
  processes.run = [&](std::size_t run) {
    const Value value = plan.run(run);
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  };
  processes.name = plan.name;
  processes.ended = [&](std::size_t run, const ProcessResult& result) {
    if (!result || result->size() != sizeof(Value)) {
      if (outcome.error.empty()) outcome.error = result ? plan.name(run) + " gave no result" : result.error();
      return false;
    }
    std::memcpy(&outcome.results[run], result->data(), sizeof(Value));
    plan.progress(++done, run, outcome.results[run]);
    return true;
  };
  run_in_processes(processes);
  return outcome;
}

}  // namespace lvs::scenarios
