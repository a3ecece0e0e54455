// SPDX-License-Identifier: GPL-2.0-or-later
// User Mode Linux: a Linux kernel that runs as an ordinary process on the machine's own root file system.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "os/fd.h"
#include "os/temporary-folder.h"
#include "referee/kernel/image.h"
#include "referee/kernel/run-folder.h"

namespace lvs::referee {

class UserModeLinux {
 public:
  // Starts the kernel that `folder` was filled with, behind a fence (referee/fence.h). Throws std::runtime_error with a
  // reason for people if no place is fit for the kernel's memory.
  UserModeLinux(const KernelImage& image, const RunFolder& folder);
  // Kills the kernel if it still runs.
  ~UserModeLinux();
  UserModeLinux(const UserModeLinux&) = delete;
  UserModeLinux& operator=(const UserModeLinux&) = delete;

  enum class Console { line, silent, closed };
  // The next line of the console. Silent: none has come within `limit`; closed: the kernel has ended.
  Console read_line(std::string& line, std::chrono::milliseconds limit);
  // The last lines of the console, to be shown when something went wrong.
  std::string last_lines() const;
  const std::deque<std::string>& last() const { return last_; }
  // What it and its processes have used of the machine's processors.
  std::chrono::milliseconds cpu_time() const;
  // Behind Console::closed: its $?.
  int status();

 private:
  void kill();

  os::TemporaryFolder memory_;
  os::Fd console_;
  pid_t pid_ = -1;
  std::string pending_;
  std::deque<std::string> last_;
};

}  // namespace lvs::referee
