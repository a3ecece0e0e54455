// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/net-namespace.h"

#include <fcntl.h>
#include <sched.h>

namespace lvs::os {

InNetNamespace::InNetNamespace(const std::string& name) {
  if (name.empty()) return;
  const std::string path = name.find('/') == std::string::npos ? "/run/netns/" + name : name;
  const Fd there(check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "network namespace " + path));
  // Of this thread: /proc/self would be the first thread's.
  Fd here(check(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "/proc/thread-self/ns/net"));
  check(::setns(there.get(), CLONE_NEWNET), "network namespace " + path);
  before_ = std::move(here);
}

InNetNamespace::~InNetNamespace() {
  if (before_) ::setns(before_.get(), CLONE_NEWNET);
}

}  // namespace lvs::os
