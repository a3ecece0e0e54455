// SPDX-License-Identifier: GPL-2.0-or-later
// Weighted failover (kernel: ip_vs_fo.c): the highest weight, first in the list among equals.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Fo final : public Scheduler {
 public:
  std::string_view name() const override { return "fo"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    return compare_weights(loser, winner);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_fo});
    Destination* best = nullptr;
    for (Destination* dest : service.destinations) {
      if (eligible(*dest) && (best == nullptr || dest->weight > best->weight)) best = dest;
    }
    return best;
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_fo() { return std::make_unique<Fo>(); }

}  // namespace lvs::ipvs
