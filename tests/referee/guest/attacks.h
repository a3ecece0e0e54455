// SPDX-License-Identifier: GPL-2.0-or-later
// A program that a lab brings along: it tries what a lab must not be able to do, by system calls.
#pragma once

#include <optional>

namespace lvs::referee {

// The name under which the test's own program stands in a lab's folder.
inline constexpr char kAttacks[] = "attacks";

// If the program was started under that name: tries everything, one line each, "NAME: why it failed" or "NAME: DONE".
// With the argument "memory": takes memory without end.
std::optional<int> attacks_main(int argc, char** argv);

}  // namespace lvs::referee
