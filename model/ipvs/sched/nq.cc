// SPDX-License-Identifier: GPL-2.0-or-later
// Never queue (kernel: ip_vs_nq.c): the first destination without active connections, else as sed.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Nq final : public Scheduler {
 public:
  std::string_view name() const override { return "nq"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    if (winner.active_conns == 0) {
      if (loser.active_conns == 0) return {trace::WhyId::lost_idle_order};
      return {trace::WhyId::lost_busy, {loser.active_conns}};
    }
    return compare_loads(Measure::delay, loser.active_conns + std::uint64_t{1}, loser.weight,
                         winner.active_conns + std::uint64_t{1}, winner.weight);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    for (Destination* dest : service.destinations) {
      if (!eligible(*dest) || dest->active_conns != 0) continue;
      if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_nq});
      return dest;
    }
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_nq_busy});
    return shortest_delay(service);
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_nq() { return std::make_unique<Nq>(); }

}  // namespace lvs::ipvs
