// SPDX-License-Identifier: GPL-2.0-or-later
// ifup and ifdown inside the kernel: the script that the model makes of the host's files, run by its sh.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/programs/system/network-plan.h"

namespace lvs::referee {

// The files of this host.
control::NetworkFiles own_files();
// What a plan comes to, for sh.
std::string plan_text(const control::NetworkPlan& plan);
// Of words as they were typed: "ifup eth0:1".
std::string network_script(const std::vector<std::string>& words);
// Of the services network and networking.
std::string network_service_script(std::string_view action);

}  // namespace lvs::referee
