// SPDX-License-Identifier: GPL-2.0-or-later
// Never queue (kernel: ip_vs_nq.c): the first destination without active connections, else as sed.
#include "ipvs/sched.h"

namespace lvs::ipvs {
namespace {

class Nq final : public Scheduler {
 public:
  std::string_view name() const override { return "nq"; }
  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    for (Destination* dest : service.destinations) {
      if (!eligible(*dest) || dest->active_conns != 0) continue;
      if (flow.why != nullptr) *flow.why = "nq: idle";
      return dest;
    }
    if (flow.why != nullptr) *flow.why = "nq: nobody is idle; least (active + 1) / weight";
    return shortest_delay(service);
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_nq() { return std::make_unique<Nq>(); }

}  // namespace lvs::ipvs
