// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-load-stats.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ns3 {

std::size_t LvsLoadHistogram::BucketOf(uint64_t value) {
  if (value < (1u << kBits)) return value;
  const int shift = std::bit_width(value) - 1 - kBits;
  return (static_cast<std::size_t>(shift + 1) << kBits) + ((value >> shift) & ((1u << kBits) - 1));
}

double LvsLoadHistogram::MiddleOf(std::size_t bucket) {
  if (bucket < (1u << kBits)) return static_cast<double>(bucket);
  const int shift = static_cast<int>(bucket >> kBits) - 1;
  const auto mantissa = static_cast<double>((bucket & ((1u << kBits) - 1)) | (1u << kBits));
  return std::ldexp(mantissa + 0.5, shift);
}

void LvsLoadHistogram::Add(int64_t nanoseconds) {
  const int64_t value = std::max<int64_t>(nanoseconds, 0);
  ++m_buckets[BucketOf(static_cast<uint64_t>(value))];
  ++m_count;
  m_sum += static_cast<double>(value);
  m_min = std::min(m_min, value);
  m_max = std::max(m_max, value);
}

void LvsLoadHistogram::Merge(const LvsLoadHistogram& other) {
  for (std::size_t i = 0; i < m_buckets.size(); ++i) m_buckets[i] += other.m_buckets[i];
  m_count += other.m_count;
  m_sum += other.m_sum;
  m_min = std::min(m_min, other.m_min);
  m_max = std::max(m_max, other.m_max);
}

Time LvsLoadHistogram::GetMean() const {
  return m_count == 0 ? Time(0) : NanoSeconds(static_cast<uint64_t>(m_sum / static_cast<double>(m_count)));
}

Time LvsLoadHistogram::GetMin() const { return m_count == 0 ? Time(0) : NanoSeconds(static_cast<uint64_t>(m_min)); }

Time LvsLoadHistogram::GetMax() const { return NanoSeconds(static_cast<uint64_t>(m_max)); }

Time LvsLoadHistogram::GetQuantile(double q) const {
  if (m_count == 0) return Time(0);
  const auto rank = static_cast<uint64_t>(std::clamp(q, 0.0, 1.0) * static_cast<double>(m_count - 1));
  uint64_t seen = 0;
  std::size_t bucket = 0;
  while (bucket + 1 < m_buckets.size() && (seen += m_buckets[bucket]) <= rank) ++bucket;
  const double middle = std::clamp(MiddleOf(bucket), static_cast<double>(m_min), static_cast<double>(m_max));
  return NanoSeconds(static_cast<uint64_t>(middle));
}

LvsLoadHistogram::Sums LvsLoadHistogram::GetSums() const {
  Sums sums{{m_buckets.begin(), m_buckets.end()}, m_min, m_max};
  sums.counts.push_back(static_cast<uint64_t>(m_sum));
  return sums;
}

LvsLoadHistogram LvsLoadHistogram::FromSums(const Sums& sums) {
  LvsLoadHistogram made;
  std::copy_n(sums.counts.begin(), made.m_buckets.size(), made.m_buckets.begin());
  for (const uint64_t bucket : made.m_buckets) made.m_count += bucket;
  made.m_sum = static_cast<double>(sums.counts.back());
  made.m_min = sums.min;
  made.m_max = sums.max;
  return made;
}

LvsLoadCounters& LvsLoadCounters::operator+=(const LvsLoadCounters& other) {
  requests += other.requests;
  completed += other.completed;
  timeouts += other.timeouts;
  refused += other.refused;
  retransmits += other.retransmits;
  stray += other.stray;
  txPackets += other.txPackets;
  txBytes += other.txBytes;
  rxPackets += other.rxPackets;
  rxBytes += other.rxBytes;
  return *this;
}

}  // namespace ns3
