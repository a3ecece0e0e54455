// SPDX-License-Identifier: GPL-2.0-or-later
// Nanoseconds to schedule one new connection, by scheduler and number of servers, one core. rr, dh, sh and mh should
// not care how many there are.
//   bench-core-scheduling [--seconds=S]
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "ipvs/sched/scheduler.h"

namespace {

using namespace lvs;

// A machine is busy with others' work: count what this thread got.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double nanoseconds(std::string_view name, unsigned servers, double seconds) {
  ipvs::VirtualService service;
  std::vector<std::unique_ptr<ipvs::Destination>> destinations;
  base::Rng rng(1);
  const ipvs::Settings settings;
  const std::unique_ptr<ipvs::Scheduler> scheduler = ipvs::make_scheduler(name);
  for (unsigned i = 0; i < servers; ++i) {
    auto dest = std::make_unique<ipvs::Destination>();
    dest->addr = {base::Ipv4Addr::of(10, 0, 0, 0).value + i};
    dest->port = 80;
    dest->weight = dest->last_weight = 1 + static_cast<int>(rng.below(4));
    dest->available = true;
    dest->active_conns = rng.below(1000);
    service.destinations.insert(service.destinations.begin(), dest.get());
    destinations.push_back(std::move(dest));
  }
  if (!scheduler->fits(servers)) return 0;
  scheduler->bound(service, base::Time{0});
  constexpr unsigned kBatch = 1000;
  double spent = 0;
  std::uint64_t picks = 0;
  while (spent < seconds) {
    const double begin = cpu_seconds();
    for (unsigned i = 0; i < kBatch; ++i) {
      const ipvs::Flow flow{.client = {static_cast<std::uint32_t>(rng.next())},
                            .target = {static_cast<std::uint32_t>(rng.below(10000))},
                            .client_port = 4000,
                            .now = {},
                            .rng = &rng,
                            .settings = &settings};
      ipvs::Destination* dest = scheduler->schedule(service, flow);
      if (dest != nullptr) ++dest->inactive_conns;
    }
    spent += cpu_seconds() - begin;
    picks += kBatch;
  }
  return spent / static_cast<double>(picks) * 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 0.02;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (!arg.starts_with("--seconds=")) {
      fmt::print(stderr, "bench-core-scheduling: unknown option {}\n", arg);
      return 2;
    }
    seconds = std::atof(argv[i] + 10);
  }
  constexpr std::array<unsigned, 4> kServers{1, 10, 100, 1000};
  fmt::print("{:<10}", "scheduler");
  for (const unsigned n : kServers) fmt::print("{:>9} servers", n);
  fmt::print("   (ns a pick)\n");
  for (const std::string_view name : ipvs::scheduler_names()) {
    fmt::print("{:<10}", name);
    for (const unsigned n : kServers) fmt::print("{:>17.1f}", nanoseconds(name, n, seconds));
    fmt::print("\n");
    std::fflush(stdout);
  }
  return 0;
}
