// SPDX-License-Identifier: GPL-2.0-or-later
// The whole of a sweep program: options, points, reports.
#pragma once

#include "sweep/options.h"

namespace lvs::scenarios {

// Exit status: 0; 1 when a point or a file failed on the way; 2 for what the command line asks in vain.
int sweep_main(const ProgramTraits& traits, int argc, const char* const* argv);

}  // namespace lvs::scenarios
