// SPDX-License-Identifier: GPL-2.0-or-later
// Weighted least-connection (kernel: ip_vs_wlc.c), ipvsadm's default: the smallest overhead for its weight.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {

Destination* least_loaded(const VirtualService& service) { return least_for_weight(service, overhead); }

namespace {

class Wlc final : public Scheduler {
 public:
  std::string_view name() const override { return "wlc"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    return compare_overheads(loser, winner);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_wlc});
    return least_loaded(service);
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_wlc() { return std::make_unique<Wlc>(); }

}  // namespace lvs::ipvs
