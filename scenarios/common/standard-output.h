// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace lvs::scenarios {

// At the end of a program: what was printed is written. Returns `status`, or 2 with a line on standard error when not
// everything could be (a full disk, say). A reader that has gone away is no failure.
int finish_output(std::string_view program, int status);

}  // namespace lvs::scenarios
