// SPDX-License-Identifier: GPL-2.0-or-later
// read of the shell. Internal to it.
#pragma once

#include <memory>
#include <vector>

#include "control/machine/shell/run.h"

namespace lvs::control {

// One that is modelled; of bash all but -r and -p.
bool is_read_option(const std::string& word);
std::unique_ptr<Runner> run_read(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root);

}  // namespace lvs::control
