// SPDX-License-Identifier: GPL-2.0-or-later
// Why a kernel has ended before its work was done, for people.
#pragma once

#include <deque>
#include <string>

namespace lvs::referee {

struct KernelEnd {
  std::deque<std::string> last;  // lines of its console, the latest last
  int status = 0;                // $?
  bool booted = false;           // the agent has spoken
};

// One line, with what to do.
std::string why_ended(const KernelEnd& end);

}  // namespace lvs::referee
