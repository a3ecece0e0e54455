// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab exec, lvs-emu exec: a command on a host of a lab that runs.
#pragma once

#include <string>
#include <vector>

namespace lvs::scenarios {

// [--control SOCKET] HOST COMMAND...: one word is a line of sh text, several are a command with its arguments. Returns
// the command's status; throws std::runtime_error where no lab listens, std::invalid_argument for words that make no
// sense.
int exec_in_lab(const std::vector<std::string>& words);

// The words as a line of sh text that means them.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace lvs::scenarios
