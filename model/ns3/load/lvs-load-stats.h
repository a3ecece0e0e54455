// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ns3/nstime.h"

namespace ns3 {

/**
 * Durations, counted in buckets that are 1/16 of an octave wide: quantiles are right to about 3 %.
 */
class LvsLoadHistogram {
 public:
  void Add(int64_t nanoseconds);
  void Merge(const LvsLoadHistogram& other);
  uint64_t GetCount() const { return m_count; }
  Time GetMean() const;
  Time GetMin() const;
  Time GetMax() const;
  /** \param q 0 to 1 \returns the middle of the bucket in which the quantile lies; zero if nothing was added. */
  Time GetQuantile(double q) const;

  /** What was counted, for histograms of several processes: numbers that add up, and the extremes apart. */
  struct Sums {
    std::vector<uint64_t> counts;  ///< of all buckets; last, the sum of all durations in nanoseconds
    int64_t min = INT64_MAX, max = 0;
  };
  Sums GetSums() const;
  static LvsLoadHistogram FromSums(const Sums& sums);

 private:
  static constexpr int kBits = 4;  // of the mantissa
  static std::size_t BucketOf(uint64_t value);
  static double MiddleOf(std::size_t bucket);

  std::array<uint64_t, (64 - kBits + 1) << kBits> m_buckets{};
  uint64_t m_count = 0;
  double m_sum = 0;
  int64_t m_min = INT64_MAX;
  int64_t m_max = 0;
};

/** What a load client or server did since its counters were reset. Bytes are IP total lengths. */
struct LvsLoadCounters {
  uint64_t requests = 0;     ///< client: begun; server: received
  uint64_t completed = 0;    ///< client: reply there as a whole; server: reply sent as a whole
  uint64_t timeouts = 0;     ///< client: no complete reply within the timeout, or the flow was needed again
  uint64_t refused = 0;      ///< client: RST or ICMP unreachable
  uint64_t retransmits = 0;  ///< client: SYNs sent again
  uint64_t stray = 0;        ///< packets that belong to no request
  uint64_t txPackets = 0, txBytes = 0;
  uint64_t rxPackets = 0, rxBytes = 0;

  LvsLoadCounters& operator+=(const LvsLoadCounters& other);
};

}  // namespace ns3
