// SPDX-License-Identifier: GPL-2.0-or-later
// Where the processes of a keepalived log to: the console (-l) and syslog.
#pragma once

#include <string_view>

#include "control/machine/machine.h"
#include "control/machine/stream.h"

namespace lvs::keepalived {

struct Log {
  control::Machine* machine = nullptr;
  control::OutputPtr console;  // nullptr: none
  bool syslog = true;
  bool detail = false;  // -D

  // `ident`: "Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers".
  void line(std::string_view ident, control::Pid pid, std::string_view text) const;
};

}  // namespace lvs::keepalived
