// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a filter. Internal to tcpdump.
#pragma once

#include <vector>

#include "control/machine/registry.h"

namespace lvs::control {

// Quoted expressions are one word of the shell and many of the filter; signs need no blanks.
std::vector<Word> filter_words(const std::vector<Word>& words);

}  // namespace lvs::control
