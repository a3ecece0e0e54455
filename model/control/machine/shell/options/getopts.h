// SPDX-License-Identifier: GPL-2.0-or-later
// getopts of POSIX. Internal to the shell.
#pragma once

#include <vector>

#include "control/machine/shell/run.h"

namespace lvs::control {

// getopts LETTERS NAME [ARGUMENT...]: one option of $1 ... or of the arguments a call; its status.
int run_getopts(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams);

}  // namespace lvs::control
