// SPDX-License-Identifier: GPL-2.0-or-later
// The work done from time to time: the rates of all counters every 2 s (kernel: estimation_timer()), and the start of
// it.
#include "ipvs/steps.h"

namespace lvs::ipvs {
namespace {

constexpr base::Time kTick = std::chrono::seconds(2);

void tick_all(Core& core) {
  core.services.each([](VirtualService& service) {
    for (Destination* dest : service.destinations) dest->stats.tick();
    service.stats.tick();
  });
  core.total.tick();
}

}  // namespace

void on_estimator_timer(base::Timer& timer) {
  Core& core = *static_cast<CoreTimer&>(timer).core;
  if (core.settings.run_estimation != 0) tick_all(core);
  if (!core.services.empty() || !core.total.idle()) core.host.arm(timer, core.host.now() + kTick);
}

void start_periodic_work(Core& core) {
  // Its turns are counted from the birth of the network namespace.
  const auto next = [&](base::Time period) {
    const auto& ticks = core.host.ticks();
    return ticks ? ticks->next_of(base::Time{0}, period, core.host.now()) : (core.host.now() / period + 1) * period;
  };
  if (!core.estimator_timer.armed()) core.host.arm_exactly(core.estimator_timer, next(kTick));
  const bool defending = core.settings.drop_entry != 0 || core.settings.drop_packet != 0 ||
                         core.settings.secure_tcp != 0 || core.defense.dropping_entries;
  if (defending && !core.defense_timer.armed()) {
    core.host.arm_exactly(core.defense_timer, next(std::chrono::seconds(1)));
  }
}

}  // namespace lvs::ipvs
