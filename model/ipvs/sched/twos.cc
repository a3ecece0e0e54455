// SPDX-License-Identifier: GPL-2.0-or-later
// Power of two random choices (kernel: ip_vs_twos.c): of two destinations drawn by weight, the one with less load for
// its weight.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Twos final : public Scheduler {
 public:
  std::string_view name() const override { return "twos"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    return drawn_ == &loser ? compare_overheads(loser, winner) : trace::Why{trace::WhyId::lost_draw};
  }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    std::int64_t total = 0;
    for (const Destination* dest : service.destinations) {
      if (eligible(*dest)) total += dest->weight;
    }
    if (total == 0) return nullptr;
    // The upper end belongs to the draw, so the first destination is drawn once more often than its weight says.
    const auto bound = static_cast<std::uint32_t>(total + 1);
    Destination* first = draw(service, flow.rng->below(bound));
    Destination* second = draw(service, flow.rng->below(bound));
    if (flow.why != nullptr) {
      flow.why->push_back({trace::WhyId::sched_twos});
      describe(*flow.why, *first);
      flow.why->push_back({trace::WhyId::sched_twos_and});
      describe(*flow.why, *second);
    }
    const auto weight = [](const Destination& dest) { return static_cast<std::uint64_t>(dest.weight); };
    const bool swap = weight(*second) * overhead(*first) > weight(*first) * overhead(*second);
    drawn_ = swap ? first : second;
    return swap ? second : first;
  }

 private:
  static Destination* draw(const VirtualService& service, std::int64_t left) {
    Destination* last = nullptr;
    for (Destination* dest : service.destinations) {
      if (!eligible(*dest)) continue;
      last = dest;
      left -= dest->weight;
      if (left <= 0) break;
    }
    return last;
  }

  const Destination* drawn_ = nullptr;  // beside the last winner
};

}  // namespace

std::unique_ptr<Scheduler> make_twos() { return std::make_unique<Twos>(); }

}  // namespace lvs::ipvs
