// SPDX-License-Identifier: GPL-2.0-or-later
// Network namespaces: being in another one for a while.
#pragma once

#include <string>

#include "os/fd.h"

namespace lvs::os {

// While one lives, this thread is in the network namespace `name`: one of `ip netns` (in /run/netns), or the path of a
// namespace file ("/proc/1234/ns/net"). An empty name: the present one. Throws std::system_error, naming the file.
class InNetNamespace {
 public:
  explicit InNetNamespace(const std::string& name);
  ~InNetNamespace();
  InNetNamespace(const InNetNamespace&) = delete;
  InNetNamespace& operator=(const InNetNamespace&) = delete;

 private:
  Fd before_;
};

}  // namespace lvs::os
