// SPDX-License-Identifier: GPL-2.0-or-later
// A command that is a script made of the machine's files when it starts.
#pragma once

#include <functional>

#include "control/machine/command.h"
#include "control/programs/system/network-plan.h"

namespace lvs::control {

using MakePlan = std::function<NetworkPlan(const NetworkFiles& files)>;
CommandPtr planned(MakePlan make);
// At once, for a service. Tells `done`, and may have nothing left to do.
std::unique_ptr<Task> run_plan(const MakePlan& make, Machine& machine, Io& io, Done done);

}  // namespace lvs::control
