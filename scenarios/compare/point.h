// SPDX-License-Identifier: GPL-2.0-or-later
// One way to build a cluster under one load for a while, and what was measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

#include "compare/ways.h"
#include "host/link/cpu.h"

namespace lvs::scenarios {

// Everything a point depends on. Plain values: a point runs in a process of its own.
struct CompareSpec {
  Way way = Way::dr;
  unsigned servers = 4;
  unsigned concurrency = 256;  // clients that ask again as soon as they are answered
  double rate = 0;             // requests a second at random moments (Poisson) in place of these; 0: none
  host::CpuModel cpu;          // of the dispatcher and of each server
  bool server_cpu = true;      // servers have one
  unsigned reply_size = 4096;  // bytes of a page
  unsigned keepalive = 0;      // nginx: idle connections that it keeps to servers
  unsigned resolvers = 1;      // dns: each has its cache
  double ttl = 0;              // dns: seconds an answer is kept; 0: not at all
  bool dies = false;           // the program of the server added last ends where the window begins
  double link_rate = 10e9;     // bits a second
  std::chrono::nanoseconds delay{std::chrono::microseconds(10)};
  std::chrono::nanoseconds warm_up{std::chrono::milliseconds(50)};
  std::chrono::nanoseconds duration{std::chrono::milliseconds(150)};
  std::uint32_t seed = 1, run = 1;
};

// Over the measured window. "Through the dispatcher": received and sent on its interfaces.
struct CompareResult {
  double requests_per_s = 0;  // completed
  double p50_s = std::numeric_limits<double>::quiet_NaN(), p95_s = p50_s, p99_s = p50_s, mean_s = p50_s;
  double failed = 0;               // share of the requests that ended
  double packets_per_request = 0;  // through the dispatcher
  double bytes_per_request = 0;
  double cpu = 0;         // busy share of the dispatcher's CPU
  double program = 0;     // of its time, the share of its programs
  double server_cpu = 0;  // busy share of the servers', mean
  double held = 0;        // connections that the dispatcher knows at the end
  double busiest = 0;     // requests of the busiest server, as a share of the even one
};

// Builds the cluster, runs it, measures. Call at most once in a process (ns-3 has one simulator).
CompareResult run_compare(const CompareSpec& spec);

}  // namespace lvs::scenarios
