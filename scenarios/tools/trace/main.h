// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace lvs::scenarios {

// lvs-trace as a whole; gives its exit status.
int walk_main(int argc, const char* const* argv);

}  // namespace lvs::scenarios
