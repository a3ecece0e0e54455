// SPDX-License-Identifier: GPL-2.0-or-later
// Counters and the rate estimator (kernel: ip_vs_est.c): every 2 s, a moving average with weight 1/4.
#include "ipvs/stats.h"

#include "ipvs/core.h"

namespace lvs::ipvs {
namespace {

constexpr base::Time kTick = std::chrono::seconds(2);
// Fixed point: counts are kept times 2^10, bytes times 2^5; a tick's difference over 2 s is half of that.
constexpr unsigned kCountShift = 10, kByteShift = 5;

std::uint64_t moved(std::uint64_t average, std::uint64_t difference, unsigned shift) {
  const std::uint64_t rate = difference << (shift - 1);
  return average + static_cast<std::uint64_t>(static_cast<std::int64_t>(rate - average) >> 2);
}

std::uint64_t rounded(std::uint64_t average, unsigned shift) {
  return (average + ((std::uint64_t{1} << (shift - 1)) - 1)) >> shift;
}

template <class F>
void for_all_stats(Core& core, F&& f) {
  for (const auto* table : {&core.by_address, &core.by_mark}) {
    for (const Core::Bucket& bucket : *table) {
      for (const auto& service : bucket) {
        for (Destination* dest : service->destinations) f(dest->stats);
        f(service->stats);
      }
    }
  }
  f(core.total);
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

void on_estimator_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  if (core.settings.run_estimation != 0) for_all_stats(core, [](Stats& stats) { stats.tick(); });
  if (core.service_count != 0 || !core.total.idle()) core.host.arm(timer, core.host.now() + kTick);
}

void start_periodic_work(Core& core) {
  // Its turns are counted from the birth of the network namespace.
  const auto next = [&](base::Time period) {
    const auto& ticks = core.host.ticks();
    return ticks ? ticks->next_of(base::Time{0}, period, core.host.now()) : (core.host.now() / period + 1) * period;
  };
  if (!core.estimator_timer.armed()) core.host.arm_exactly(core.estimator_timer, next(kTick));
  const bool defending = core.settings.drop_entry != 0 || core.settings.drop_packet != 0 ||
                         core.settings.secure_tcp != 0 || core.dropping_entries;
  if (defending && !core.defense_timer.armed())
    core.host.arm_exactly(core.defense_timer, next(std::chrono::seconds(1)));
}

}  // namespace lvs::ipvs
