// SPDX-License-Identifier: GPL-2.0-or-later
// Words that switch something on or off, in blocks of servers and of checkers.
#pragma once

#include <fmt/format.h>

#include "daemons/keepalived/conf/reader.h"

namespace lvs::keepalived {

template <class To>
void read_flag(ConfReader& r, const ConfWords& words, To& to) {
  if (const auto on = r.flag(words)) {
    to = *on;
  } else {
    r.report.error(fmt::format("Invalid {} parameter {}", words[0], words[1]));
  }
}

}  // namespace lvs::keepalived
