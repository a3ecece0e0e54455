// SPDX-License-Identifier: GPL-2.0-or-later
// What a unit of systemd says, as far as it is modelled (systemd.unit(5), systemd.service(5)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/programs/system/network-plan.h"

namespace lvs::control {

struct UnitCommand {
  std::string text;       // for sh, every word quoted
  bool may_fail = false;  // with "-" before it
};

struct Unit {
  enum class Type : std::uint8_t { simple, oneshot, forking };
  Type type = Type::simple;
  std::vector<UnitCommand> start_pre, start, start_post, stop, stop_post, reload;
  bool remains = false;               // RemainAfterExit
  std::string restart;                // "", "always" or "on-failure"
  std::string restart_after = "0.1";  // seconds
  std::string pid_file;
  std::string folder = "/";
  std::string environment;  // for sh: export NAME='VALUE'
};

struct UnitReading {
  Unit unit;
  std::string refused{};  // the line that is not modelled
};
UnitReading read_unit(std::string_view text, const NetworkFiles& files);
// The text of /etc/systemd/system/NAME.service.
std::optional<std::string> unit_text(const NetworkFiles& files, const std::string& name);

}  // namespace lvs::control
