// SPDX-License-Identifier: GPL-2.0-or-later
// Weighted overflow (kernel: ip_vs_ovf.c): the highest weight whose active connections do not exceed it.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Ovf final : public Scheduler {
 public:
  std::string_view name() const override { return "ovf"; }
  std::string why_lost(const Destination& loser, const Destination& winner) const override {
    if (loser.active_conns > static_cast<std::uint32_t>(loser.weight)) {
      return "full: " + std::to_string(loser.active_conns) + " active > weight " + std::to_string(loser.weight);
    }
    if (loser.weight == winner.weight) return "the same weight, further back in the list";
    return "weight " + std::to_string(loser.weight) + " < " + std::to_string(winner.weight);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) *flow.why = "ovf: highest weight that is not yet full";
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
