// SPDX-License-Identifier: GPL-2.0-or-later
// Round-robin (kernel: ip_vs_rr.c): the next destination after the last one taken that may take connections.
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Rr final : public Scheduler {
 public:
  std::string_view name() const override { return "rr"; }

  // A position of -1 is the head of the kernel's list, before the first destination. A newcomer stands at the front and
  // is reached at the next turn.
  void added(const VirtualService&, Destination&) override {
    if (last_ >= 0) ++last_;
  }
  // The kernel moves back to the predecessor, so that the successor is next.
  void removed(const VirtualService&, Destination&, std::size_t position) override {
    if (last_ >= static_cast<std::ptrdiff_t>(position)) --last_;
  }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    const auto size = static_cast<std::ptrdiff_t>(service.destinations.size());
    // From the one after the last to the last itself, once around.
    for (std::ptrdiff_t step = 1; step <= size; ++step) {
      std::ptrdiff_t at = last_ + step;
      if (at >= size) at -= size;
      Destination* dest = service.destinations[static_cast<std::size_t>(at)];
      if (!eligible(*dest)) continue;
      if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_rr});
      last_ = at;
      return dest;
    }
    return nullptr;
  }

 private:
  std::ptrdiff_t last_ = -1;
};

}  // namespace

std::unique_ptr<Scheduler> make_rr() { return std::make_unique<Rr>(); }

}  // namespace lvs::ipvs
