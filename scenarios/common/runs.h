// SPDX-License-Identifier: GPL-2.0-or-later
// Runs whose results are plain values, side by side.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
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
  // Seconds that a run takes, about. Short ones share a process, one after the other: a new one costs some
  // milliseconds. They must not leave anything behind that a later one can see. None: each run has a process of its
  // own.
  std::function<double(std::size_t run)> cost = nullptr;
  std::function<std::string(std::size_t run)> name;  // for an error: "the point NAT with 3 servers"
  std::function<void(std::size_t done, std::size_t run, const Value& result)> progress;
};

template <class Value>
struct RunOutcome {
  std::vector<Value> results;  // by the runs' numbers
  std::string error;           // a process that died; the results are not whole then
};

// The runs in their order, those that are short together.
template <class Value>
std::vector<std::vector<std::size_t>> groups_of(const RunPlan<Value>& plan) {
  constexpr double kEnough = 0.05;  // seconds of work beside which a process costs little, and no processor waits long
  std::vector<std::vector<std::size_t>> groups;
  double room = 0;
  for (const std::size_t run : plan.order) {
    const double cost = plan.cost ? plan.cost(run) : kEnough;
    if (groups.empty() || room < cost) {
      groups.emplace_back();
      room = kEnough;
    }
    groups.back().push_back(run);
    room -= cost;
  }
  return groups;
}

template <class Value>
RunOutcome<Value> run_all(const RunPlan<Value>& plan) {
  static_assert(std::is_trivially_copyable_v<Value>, "results cross a pipe as they are");
  RunOutcome<Value> outcome;
  outcome.results.resize(plan.order.size());
  std::size_t done = 0;
  const std::vector<std::vector<std::size_t>> groups = groups_of(plan);
  ProcessPlan processes;
  for (std::size_t i = 0; i < groups.size(); ++i) processes.order.push_back(i);
  processes.processes = plan.processes;
  processes.run = [&](std::size_t group) {
    std::string bytes;
    for (const std::size_t run : groups[group]) {
      const Value value = plan.run(run);
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return bytes;
  };
  processes.name = [&](std::size_t group) {
    const std::string first = plan.name(groups[group].front());
    return groups[group].size() == 1 ? first
                                     : "one of the runs from " + first + " to " + plan.name(groups[group].back());
  };
  processes.ended = [&](std::size_t group, const ProcessResult& result) {
    const std::vector<std::size_t>& runs = groups[group];
    if (!result || result->size() != runs.size() * sizeof(Value)) {
      if (outcome.error.empty()) outcome.error = result ? processes.name(group) + " gave no result" : result.error();
      return false;
    }
    const char* from = result->data();
    for (const std::size_t run : runs) {
      std::memcpy(&outcome.results[run], from, sizeof(Value));
      from += sizeof(Value);
      plan.progress(++done, run, outcome.results[run]);
    }
    return true;
  };
  run_in_processes(processes);
  return outcome;
}

}  // namespace lvs::scenarios
