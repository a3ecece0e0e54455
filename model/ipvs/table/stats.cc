// SPDX-License-Identifier: GPL-2.0-or-later
// Counters and the rate estimator (kernel: ip_vs_est.c): every 2 s, a moving average with weight 1/4.
#include "ipvs/table/stats.h"

namespace lvs::ipvs {
namespace {

// Fixed point: counts are kept times 2^10, bytes times 2^5; a tick's difference over 2 s is half of that.
constexpr unsigned kCountShift = 10, kByteShift = 5;

std::uint64_t moved(std::uint64_t average, std::uint64_t difference, unsigned shift) {
  const std::uint64_t rate = difference << (shift - 1);
  return average + static_cast<std::uint64_t>(static_cast<std::int64_t>(rate - average) >> 2);
}

std::uint64_t rounded(std::uint64_t average, unsigned shift) {
  return (average + ((std::uint64_t{1} << (shift - 1)) - 1)) >> shift;
}

}  // namespace

Counters Stats::shown() const {
  return {ticked_.conns - baseline_.conns, ticked_.in_packets - baseline_.in_packets,
          ticked_.out_packets - baseline_.out_packets, ticked_.in_bytes - baseline_.in_bytes,
          ticked_.out_bytes - baseline_.out_bytes};
}

Rates Stats::rates() const {
  return {rounded(conns_.scaled, kCountShift), rounded(in_packets_.scaled, kCountShift),
          rounded(out_packets_.scaled, kCountShift), rounded(in_bytes_.scaled, kByteShift),
          rounded(out_bytes_.scaled, kByteShift)};
}

void Stats::zero() {
  baseline_ = ticked_;
  conns_ = {ticked_.conns, 0};
  in_packets_ = {ticked_.in_packets, 0};
  out_packets_ = {ticked_.out_packets, 0};
  in_bytes_ = {ticked_.in_bytes, 0};
  out_bytes_ = {ticked_.out_bytes, 0};
}

void Stats::tick() {
  ticked_ = live;
  const auto move = [](Average& average, std::uint64_t now, unsigned shift) {
    average.scaled = moved(average.scaled, now - average.last, shift);
    average.last = now;
  };
  move(conns_, live.conns, kCountShift);
  move(in_packets_, live.in_packets, kCountShift);
  move(out_packets_, live.out_packets, kCountShift);
  move(in_bytes_, live.in_bytes, kByteShift);
  move(out_bytes_, live.out_bytes, kByteShift);
}

bool Stats::idle() const {
  return live == ticked_ && conns_.scaled == 0 && in_packets_.scaled == 0 && out_packets_.scaled == 0 &&
         in_bytes_.scaled == 0 && out_bytes_.scaled == 0;
}

}  // namespace lvs::ipvs
