// SPDX-License-Identifier: GPL-2.0-or-later
// Landlock: what files a program may touch from now on, whoever runs it. Linux 5.13 and later, where it is switched on.
#pragma once

#include <string>
#include <vector>

namespace lvs::os {

struct FileAccess {
  std::vector<std::string>
      read;  // files and folders with all below them: read, list and execute; missing ones are left out
  std::vector<std::string> write;  // the same, and write, make and remove
};

// This thread, and what it starts from now on, may touch only these, no TCP socket, and send no signals to others, each
// as far as the kernel can forbid it. Also: no program gains rights by being started. False where the kernel has no
// Landlock.
bool restrict_access(const FileAccess& access);

// Of the kernel's interface; 0: it has none. Files are from 1 on, TCP from 4, signals from 6.
int landlock_version();

}  // namespace lvs::os
