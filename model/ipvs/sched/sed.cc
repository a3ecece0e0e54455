// SPDX-License-Identifier: GPL-2.0-or-later
// Shortest expected delay (kernel: ip_vs_sed.c): as wlc, but counting the connection to come, and active ones only.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

std::uint64_t delay(const Destination& dest) { return std::uint64_t{dest.active_conns} + 1; }

class Sed final : public Scheduler {
 public:
  std::string_view name() const override { return "sed"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    return compare_loads(Measure::delay, delay(loser), loser.weight, delay(winner), winner.weight);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_sed});
    return shortest_delay(service);
  }
};

}  // namespace

Destination* shortest_delay(const VirtualService& service) { return least_for_weight(service, delay); }

std::unique_ptr<Scheduler> make_sed() { return std::make_unique<Sed>(); }

}  // namespace lvs::ipvs
