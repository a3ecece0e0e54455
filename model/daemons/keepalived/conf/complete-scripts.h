// SPDX-License-Identifier: GPL-2.0-or-later
// Can the scripts of a configuration be run? (keepalived: check_script_secure())
#pragma once

#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/report.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

struct ScriptFindings {
  bool executed = false;   // it can be run: keepalived warns of scripts without script_security
  bool not_found = false;  // it is not there
  bool disabled() const { return !executed; }
};
ScriptFindings examine_script(const ConfScript& script, const ConfHost& host, ConfReport& report);

// Takes a notify script that cannot run away, and returns whether one is left that can.
bool examine_notify(ConfScript& script, const ConfHost& host, ConfReport& report);

}  // namespace lvs::keepalived
