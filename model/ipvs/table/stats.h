// SPDX-License-Identifier: GPL-2.0-or-later
// Counters of a destination, a service or the whole of IPVS, and their rates (kernel: struct ip_vs_stats, ip_vs_est.c).
#pragma once

#include <cstdint>

namespace lvs::ipvs {

struct Counters {
  std::uint64_t conns = 0;
  std::uint64_t in_packets = 0;
  std::uint64_t out_packets = 0;
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};

// What `ipvsadm --rate` shows: connections, packets and bytes (not bits) a second.
struct Rates {
  std::uint64_t cps = 0;
  std::uint64_t in_pps = 0;
  std::uint64_t out_pps = 0;
  std::uint64_t in_bps = 0;
  std::uint64_t out_bps = 0;
  friend bool operator==(const Rates&, const Rates&) = default;
};

class Stats {
 public:
  // Counted at once.
  Counters live;

  // What a listing shows: as of the last tick of the estimator (every 2 s), less the baseline that zero() set
  // (kernel: ip_vs_copy_stats()).
  Counters shown() const;
  Rates rates() const;
  // `ipvsadm -Z` (kernel: ip_vs_zero_stats()): what is shown, and the rates, begin again at zero.
  void zero();
  // One tick: take over the live counters and move the averages (kernel: estimation_timer()).
  void tick();
  // Everything, live counters too, as when new.
  void clear() { *this = Stats{}; }
  // All averages have decayed to nothing and nothing was counted since the last tick.
  bool idle() const;

 private:
  struct Average {
    std::uint64_t last = 0;
    std::uint64_t scaled = 0;  // fixed point
  };
  Counters ticked_;
  Counters baseline_;
  Average conns_, in_packets_, out_packets_, in_bytes_, out_bytes_;
};

}  // namespace lvs::ipvs
