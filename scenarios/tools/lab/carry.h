// SPDX-License-Identifier: GPL-2.0-or-later
// What lvs-lab puts into a trace beside the packets: the lab, how it was run, what check has found in it.
#pragma once

#include <string>
#include <vector>

#include "control/lab/script.h"
#include "trace/file/carried.h"

namespace lvs::scenarios {

// `options`: of the run, as words. Runs the lab once more to check it.
trace::JournalTexts carry(const control::LabScript& script, std::vector<std::string> options);

}  // namespace lvs::scenarios
