// SPDX-License-Identifier: GPL-2.0-or-later
// The files that a host of a lab sees: a root of its own in memory, fresh with each run. Of the machine there are the
// programs of tools.h and the libraries that these need, to read; nothing else.
#pragma once

#include <string>

namespace lvs::referee {

struct HostRoot {
  std::string place;  // an empty folder to mount it on
  std::string tools;  // the mount that mount_tools() made
  std::string files;  // the lab's folder: /lab, and what HOST/ in it holds lies over the root; may be missing
  std::string host;   // its name
};

// Makes it the root of this process, which has a mount and a PID namespace of its own. Throws std::system_error.
void enter_host_root(const HostRoot& root);

}  // namespace lvs::referee
