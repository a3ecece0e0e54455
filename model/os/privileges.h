// SPDX-License-Identifier: GPL-2.0-or-later
// What a program that runs for long leaves behind, and gives up, at its start.
#pragma once

#include <string>

#include "os/fd.h"

namespace lvs::os {

// Becomes `user` (a name or a number) for good, with that user's groups and without capabilities. Throws
// std::runtime_error or std::system_error.
void become_user(const std::string& user);

// A file with the number of this process while it lives. A file of a process that is gone is replaced;
// std::runtime_error if that process lives, or if something else has the name.
class PidFile {
 public:
  explicit PidFile(std::string path);  // empty: none
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

 private:
  void replace_old();
  void create();

  std::string path_;
  Fd file_;
};

}  // namespace lvs::os
