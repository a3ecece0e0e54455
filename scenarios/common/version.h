// SPDX-License-Identifier: GPL-2.0-or-later
// What a program says of its version.
#pragma once

#include <string>

namespace lvs::scenarios {

// Where --version is the first word: prints one line, the program and its version, and is true.
bool shows_version(const std::string& program, int argc, const char* const* argv);

}  // namespace lvs::scenarios
