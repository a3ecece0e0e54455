// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sched/scheduler.h"

#include <array>

#include "ipvs/sched/sched.h"

namespace lvs::ipvs {

namespace {

struct Kind {
  std::string_view name;
  bool in_linux;
  std::unique_ptr<Scheduler> (*make)();
};

constexpr std::array kKinds{
#define LVS_SCHEDULER_KIND(name, in_linux) Kind{#name, in_linux, make_##name},
    LVS_SCHEDULERS(LVS_SCHEDULER_KIND)
#undef LVS_SCHEDULER_KIND
};

}  // namespace

std::vector<std::string_view> scheduler_names(SchedulersOf of) {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) {
    if (of == SchedulersOf::ours || kind.in_linux) names.push_back(kind.name);
  }
  return names;
}

std::unique_ptr<Scheduler> make_scheduler(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind.make();
  }
  return nullptr;
}

}  // namespace lvs::ipvs
