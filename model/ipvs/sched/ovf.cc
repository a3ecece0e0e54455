// SPDX-License-Identifier: GPL-2.0-or-later
// Weighted overflow (kernel: ip_vs_ovf.c): the highest weight whose active connections do not exceed it.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Ovf final : public Scheduler {
 public:
  std::string_view name() const override { return "ovf"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    if (loser.active_conns > static_cast<std::uint32_t>(loser.weight)) {
      return {trace::WhyId::lost_full, {loser.active_conns, trace::why_number(loser.weight)}};
    }
    return compare_weights(loser, winner);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_ovf});
    Destination* best = nullptr;
    for (Destination* dest : service.destinations) {
      if (!eligible(*dest) || dest->active_conns > static_cast<std::uint32_t>(dest->weight)) continue;
      if (best == nullptr || dest->weight > best->weight) best = dest;
    }
    return best;
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_ovf() { return std::make_unique<Ovf>(); }

}  // namespace lvs::ipvs
