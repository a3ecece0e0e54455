// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a dump.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/time.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

struct DumpText {
  std::string text;
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text += '\n';
  }
  // "   Master state transition script = 'a' 'b', uid:gid 0:0"
  void script(const char* what, const ConfScript& script) {
    if (!script.empty()) line("{} = {}, uid:gid 0:0", what, script.text());
  }
};

// "1795886827.713512 (Sat Nov 28 17:27:07.713512 2026)"
std::string moment_text(base::Time since_1970);

inline const char* yes_no(bool value) { return value ? "yes" : "no"; }
inline const char* true_false(bool value) { return value ? "true" : "false"; }
inline const char* on_off(bool value) { return value ? "ON" : "OFF"; }
inline const char* able(bool value) { return value ? "enabled" : "disabled"; }

}  // namespace lvs::keepalived
