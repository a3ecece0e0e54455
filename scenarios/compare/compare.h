// SPDX-License-Identifier: GPL-2.0-or-later
// The whole of lvs-compare: options, runs, reports.
#pragma once

namespace lvs::scenarios {

// Exit status: 0; 1 when a run failed; 2 for what the command line asks in vain.
int compare_main(int argc, const char* const* argv);

}  // namespace lvs::scenarios
