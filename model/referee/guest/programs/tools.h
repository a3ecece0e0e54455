// SPDX-License-Identifier: GPL-2.0-or-later
// The programs that hosts of labs see: those that are modelled, a shell and the daemons of labs, and no others. So a
// word that is made while a line runs finds no more than a written one.
#pragma once

#include <string>

#include "referee/exchange.h"

namespace lvs::referee {

// Makes `folder` a mount of its own with bin/NAME and sbin/NAME, one for each program, with lib/ (shared objects of
// ours) and etc/ (RunFolder's). Nobody can write there. Throws std::system_error.
void mount_tools(const Plan& plan, const std::string& run_folder, const std::string& folder);

}  // namespace lvs::referee
