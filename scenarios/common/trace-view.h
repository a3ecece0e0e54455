// SPDX-License-Identifier: GPL-2.0-or-later
// The viewer on a trace that was just written.
#pragma once

#include <string>

namespace lvs::scenarios {

// Becomes lvs-visualizer on `trace`, the one beside this program or the one in PATH. Returns only if there is none or
// it cannot be started: what to do then, on standard error, and the exit status.
int view_trace(const std::string& program, const std::string& trace);

}  // namespace lvs::scenarios
