// SPDX-License-Identifier: GPL-2.0-or-later
// Can the scripts of a configuration be run? (keepalived: check_script_secure())
#pragma once

#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/report.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

struct ScriptFindings {
  bool executed = false;   // it can be run
  bool not_found = false;  // it is not there
  bool opens = false;      // "</FILE": can that be opened? The shell knows
  bool script = false;     // it is there, to be run or not: keepalived warns of scripts without script_security
  bool disabled() const { return !executed && !opens; }
};
// Is it no program, but "</FILE" or "< /FILE", which the shell opens?
bool opens_file(std::string_view program);

ScriptFindings examine_script(ConfScript& script, const ConfHost& host, ConfReport& report);

// Takes a notify script that cannot run away, and returns whether there was one (ScriptFindings::script).
bool examine_notify(ConfScript& script, const ConfHost& host, ConfReport& report);

// Whose the scripts are: script_user, or keepalived_script, whom no machine has. What is said of it when it is looked
// for, once: a log line, and an error where script_security wants the user.
struct ScriptUserSearch {
  const char* log = nullptr;
  const char* error = nullptr;
};
ScriptUserSearch look_for_script_user(GlobalConf& global);

}  // namespace lvs::keepalived
