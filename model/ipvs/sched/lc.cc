// SPDX-License-Identifier: GPL-2.0-or-later
// Least-connection (kernel: ip_vs_lc.c): the smallest overhead; weights count only as zero or not.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Lc final : public Scheduler {
 public:
  std::string_view name() const override { return "lc"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    return compare_loads(Measure::overhead, overhead(loser), 1, overhead(winner), 1);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_lc});
    Destination* least = nullptr;
    for (Destination* dest : service.destinations) {
      if (eligible(*dest) && (least == nullptr || overhead(*dest) < overhead(*least))) least = dest;
    }
    return least;
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_lc() { return std::make_unique<Lc>(); }

}  // namespace lvs::ipvs
