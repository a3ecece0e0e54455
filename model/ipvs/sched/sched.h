// SPDX-License-Identifier: GPL-2.0-or-later
// The makers of the schedulers, make_NAME() in NAME.cc.
#pragma once

#include <memory>

#include "ipvs/sched/list.h"
#include "ipvs/sched/scheduler.h"

namespace lvs::ipvs {

#define LVS_SCHEDULER_MAKER(name, in_linux) std::unique_ptr<Scheduler> make_##name();
LVS_SCHEDULERS(LVS_SCHEDULER_MAKER)
#undef LVS_SCHEDULER_MAKER

}  // namespace lvs::ipvs
