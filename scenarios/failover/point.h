// SPDX-License-Identifier: GPL-2.0-or-later
// One failover: two directors with keepalived before a cluster under load; the master's power goes, and comes back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace lvs::scenarios {

struct FailoverSpec {
  double advert_int = 1;    // seconds
  unsigned priority = 100;  // of the backup, 1 to 254; the master has 255 less than none: 200 or one more
  bool sync = true;         // lvs_sync_daemon
  bool preempt = true;      // the first master takes the address back
  unsigned servers = 4;
  double request_rate = 200;                                      // UDP requests a second, an open loop
  unsigned sessions = 40;                                         // TCP connections that stay open and talk
  std::chrono::nanoseconds talk{std::chrono::milliseconds(500)};  // between two words of a session
  std::uint32_t seed = 1;
  std::uint32_t run = 1;
};

// What one event (the master dies, the master returns) cost.
struct FailoverCost {
  double outage = 0;  // seconds between two answers, the longest after the event
  double lost = 0;    // requests without an answer
  double died = 0;    // sessions that were reset
};

struct FailoverResult {
  double sessions = 0;      // open when the master died
  double since_advert = 0;  // seconds from the last advert to the death
  FailoverCost death, back;
};

// 3 x advert_int + skew: from the last advert to the takeover, seconds (VRRP 3).
double master_down_time(const FailoverSpec& spec);

// Builds the cluster, runs it, measures. Call at most once in a process (ns-3 has one simulator).
FailoverResult run_failover(const FailoverSpec& spec);

}  // namespace lvs::scenarios
