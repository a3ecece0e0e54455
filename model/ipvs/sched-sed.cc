// SPDX-License-Identifier: GPL-2.0-or-later
// Shortest expected delay (kernel: ip_vs_sed.c): as wlc, but counting the connection to come, and active ones only.
#include "ipvs/sched.h"

namespace lvs::ipvs {

Destination* shortest_delay(const VirtualService& service) {
  Destination* least = nullptr;
  std::uint64_t load = 0;
  for (Destination* dest : service.destinations) {
    if (!eligible(*dest)) continue;
    const std::uint64_t candidate = std::uint64_t{dest->active_conns} + 1;
    if (least == nullptr ||
        load * static_cast<std::uint64_t>(dest->weight) > candidate * static_cast<std::uint64_t>(least->weight)) {
      least = dest;
      load = candidate;
    }
  }
  return least;
}

namespace {

class Sed final : public Scheduler {
 public:
  std::string_view name() const override { return "sed"; }
  std::string why_lost(const Destination& loser, const Destination& winner) const override {
    return compare_loads("delay", loser.active_conns + std::uint64_t{1}, loser.weight,
                         winner.active_conns + std::uint64_t{1}, winner.weight);
  }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    if (flow.why != nullptr) *flow.why = "sed: least (active + 1) / weight";
    return shortest_delay(service);
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_sed() { return std::make_unique<Sed>(); }

}  // namespace lvs::ipvs
