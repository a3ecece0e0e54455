// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of the log, formatted where they are written.
#pragma once

#include <fmt/format.h>

#include "daemons/keepalived/vrrp/vrrp.h"

namespace lvs::keepalived {

template <class... Args>
void Vrrp::log(const char* text, const Args&... args) {
  world_.log(fmt::format(fmt::runtime(text), args...));
}

// Only with keepalived -D.
template <class... Args>
void Vrrp::detail(const char* text, const Args&... args) {
  if (world_.detail()) log(text, args...);
}

}  // namespace lvs::keepalived
