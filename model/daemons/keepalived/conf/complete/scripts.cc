// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/complete/scripts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace lvs::keepalived {

bool opens_file(std::string_view program) {
  if (!program.starts_with('<')) return false;
  program.remove_prefix(std::min(program.find_first_not_of(" \t", 1), program.size()));
  return program.starts_with('/');
}

ScriptFindings examine_script(ConfScript& script, const ConfHost& host, ConfReport& report) {
  if (script.empty()) return {};
  const std::string& program = script.words.front();
  if (opens_file(program)) return {.opens = true};
  if (!host.exists(program)) {
    if (program.find('/') == std::string::npos) {
      report.log(fmt::format("Cannot find script {} in path - disabling", program));
    } else {
      report.log(fmt::format("Script {} cannot be accessed - No such file or directory", program));
    }
    return {.not_found = true};
  }
  if (program.find('/') == std::string::npos) {
    const std::string path = host.path_of(program);
    report.log(
        fmt::format("WARNING - script `{}` resolved by path search to `{}`. Please specify full path.", program, path));
    script.words.front() = path;
  }
  // keepalived names a program by where it really lies: /bin is a link.
  for (const std::string_view folder : {"/bin/", "/sbin/"}) {
    if (program.starts_with(folder) && host.is_program(program)) script.words.front() = "/usr" + program;
  }
  if (!host.can_execute(program)) {
    report.log(fmt::format("WARNING - script '{}' is not executable for uid:gid 0:0 - disabling.", program));
    return {.script = true};
  }
  return {.executed = true, .script = true};
}

bool examine_notify(ConfScript& script, const ConfHost& host, ConfReport& report) {
  if (script.empty()) return false;
  const ScriptFindings found = examine_script(script, host, report);
  if (!found.executed) script = {};
  return found.script;
}

ScriptUserSearch look_for_script_user(GlobalConf& global) {
  if (std::exchange(global.has_script_user, true)) return {};
  global.default_user_fails = global.script_security;
  return {"Script user 'keepalived_script' does not exist",
          global.script_security ? "Unable to set default user keepalived_script for script" : nullptr};
}

}  // namespace lvs::keepalived
