// SPDX-License-Identifier: GPL-2.0-or-later
// Services that a machine's files describe: /etc/systemd/system/NAME.service as systemd 252 takes them, scripts in
// /etc/init.d. What is to be done comes as text for sh, made of those files.
#pragma once

#include <string>
#include <string_view>

#include "control/programs/system/network-plan.h"

namespace lvs::control {

// systemctl ACTION NAME, with or without ".service".
NetworkPlan plan_systemctl(const NetworkFiles& files, std::string_view action, const std::string& name);
// service NAME ACTION.
NetworkPlan plan_service(const NetworkFiles& files, std::string_view action, const std::string& name);

}  // namespace lvs::control
