// SPDX-License-Identifier: GPL-2.0-or-later
// Scheduling decisions in words: who won, why the others lost.
#include "ipvs/sched/scheduler.h"

namespace lvs::ipvs {

using trace::Why;
using trace::WhyId;

Why compare_loads(Measure measure, std::uint64_t loser, int loser_weight, std::uint64_t winner, int winner_weight) {
  const bool equal =
      loser * static_cast<std::uint64_t>(winner_weight) == winner * static_cast<std::uint64_t>(loser_weight);
  const WhyId id = measure == Measure::overhead ? (equal ? WhyId::lost_overhead_order : WhyId::lost_overhead)
                                                : (equal ? WhyId::lost_delay_order : WhyId::lost_delay);
  return {id, {loser, trace::why_number(loser_weight), winner, trace::why_number(winner_weight)}};
}

Why compare_overheads(const Destination& loser, const Destination& winner) {
  return compare_loads(Measure::overhead, overhead(loser), loser.weight, overhead(winner), winner.weight);
}

Why compare_weights(const Destination& loser, const Destination& winner) {
  if (loser.weight == winner.weight) return {WhyId::lost_weight_order};
  return {WhyId::lost_weight, {trace::why_number(loser.weight), trace::why_number(winner.weight)}};
}

void explain_losers(trace::Phrases& to, const VirtualService& service, const Destination* winner) {
  for (const Destination* dest : service.destinations) {
    if (dest == winner) continue;
    Why reason{WhyId::lost};
    if (dest->weight <= 0) {
      reason.id = WhyId::lost_weight_0;
    } else if (dest->overloaded) {
      reason.id = WhyId::lost_overloaded;
    } else if (winner != nullptr && service.scheduler != nullptr) {
      reason = service.scheduler->why_lost(*dest, *winner);
    }
    to.push_back({WhyId::none});
    to.push_back({WhyId::loser, {dest->addr.value, dest->port}});
    to.push_back(reason);
  }
}

Why load_of(const Destination& dest) {
  return {WhyId::dest_load, {trace::why_number(dest.weight), dest.active_conns, dest.inactive_conns}};
}

void describe(trace::Phrases& to, const Destination& dest) {
  to.push_back({WhyId::dest_at, {dest.addr.value, dest.port}});
  to.push_back(load_of(dest));
}

}  // namespace lvs::ipvs
