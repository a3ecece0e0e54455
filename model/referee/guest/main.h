// SPDX-License-Identifier: GPL-2.0-or-later
// The agent inside the kernel. It is the same program as outside: the kernel's root file system is this machine's.
#pragma once

#include <optional>

namespace lvs::referee {

// To be called first in main(): the program's exit status if it was started as the agent, nothing otherwise.
std::optional<int> guest_main(int argc, char** argv);

}  // namespace lvs::referee
