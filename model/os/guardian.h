// SPDX-License-Identifier: GPL-2.0-or-later
// Who puts things in order when this process is gone: even SIGKILL leaves nothing behind then.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <string>

#include "os/fd.h"

namespace lvs::os {

// A small child process with a session of its own. When this process has ended, however that came, it kills the process
// groups that it was told of, removes the folders, and ends.
class Guardian {
 public:
  // The one of this process; made when it is first asked for, best while the process is small.
  static Guardian& of_process();

  Guardian();
  ~Guardian();  // what is still known to it goes
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  void watch_group(pid_t group) { tell('G', std::to_string(group)); }
  void forget_group(pid_t group) { tell('g', std::to_string(group)); }
  // An absolute path of a folder that belongs to this process alone.
  void watch_folder(const std::string& folder) { tell('F', folder); }
  void forget_folder(const std::string& folder) { tell('f', folder); }

 private:
  void tell(char what, const std::string& whom);

  std::mutex one_;
  Fd line_;
  pid_t pid_ = -1;
};

}  // namespace lvs::os
