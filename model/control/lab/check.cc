// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/check.h"

#include "control/machine/shell/shell.h"

namespace lvs::control {

std::vector<LabMessage> check_commands(const Lab& lab) {
  std::vector<LabMessage> messages;
  const auto check = [&](const LabPlace& place, std::string_view text) {
    const auto line = parse_line(text);
    if (!line) messages.push_back({place, line.error().text()});
  };
  for (const LabHost& host : lab.hosts) {
    for (const LabLine& line : host.startup) check(line.place, line.text);
  }
  for (const LabEvent& event : lab.timeline) {
    if (const auto* command = std::get_if<LabCommand>(&event.what)) check(event.place, command->text);
  }
  return messages;
}

}  // namespace lvs::control
