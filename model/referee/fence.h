// SPDX-License-Identifier: GPL-2.0-or-later
// What User Mode Linux may do on the machine that it runs on: what an ordinary process may that reads programs and
// libraries and writes its own folders. Labs come from strangers; this holds even where a lab takes over the kernel.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "os/landlock.h"

namespace lvs::referee {

struct Fence {
  os::FileAccess files;
  std::uint64_t largest_file = 0;  // bytes
};

// The words that start `command` behind the fence: this program once more, whose main() calls fence_main() first.
// Where root called the command runs as nobody.
std::vector<std::string> fenced(const Fence& fence, const std::vector<std::string>& command);

// The program's exit status if it was started by fenced() and the command could not be, nothing if it was not.
std::optional<int> fence_main(int argc, char** argv);

// Where root called: hands a file or folder to nobody, with what is below it.
void give_to_nobody(const std::string& path);

}  // namespace lvs::referee
