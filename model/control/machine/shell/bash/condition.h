// SPDX-License-Identifier: GPL-2.0-or-later
// [[ ]], (( )), let and NAME=( ) of bash at work. Internal to the shell.
#pragma once

#include <string>

#include "control/machine/shell/expand.h"

namespace lvs::control {

class Machine;
struct Io;

// Is it one of the four?
bool is_condition(const SimpleCommand& command);
// Its status; what is wrong with it is said behind `place`.
// Its status, or kUnset: a variable is not set, and wanted (set -u).
inline constexpr int kUnset = -1;
int test_condition(const SimpleCommand& command, const ShellValues& values, Machine& machine, Io& io,
                   const std::string& place);

}  // namespace lvs::control
