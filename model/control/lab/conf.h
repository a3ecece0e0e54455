// SPDX-License-Identifier: GPL-2.0-or-later
// The two files of a lab that have a syntax of their own. Internal to the lab parser.
#pragma once

#include <string>
#include <string_view>

#include "control/lab/lab.h"

namespace lvs::control {

// Fills hosts, segments, name and description; adds errors and notices. `file` is the name for messages.
void parse_lab_conf(const std::string& file, std::string_view text, LabReading& reading);

// Fills the timeline; the hosts must be known already.
void parse_lab_timeline(const std::string& file, std::string_view text, LabReading& reading);

}  // namespace lvs::control
