// SPDX-License-Identifier: GPL-2.0-or-later
// What a lab's hosts are told to do, as text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "control/lab/lab.h"

namespace lvs::referee {

// The place and text of a lab's line number `number`, in the order in which they run: startup lines of one host after
// another, then the commands of the timeline.
inline std::string line_text(const control::Lab& lab, std::size_t number) {
  for (const control::LabHost& host : lab.hosts)
    for (const control::LabLine& line : host.startup)
      if (number-- == 0) return line.place.text() + ": " + line.text;
  for (const control::LabEvent& event : lab.timeline)
    if (const auto* command = std::get_if<control::LabCommand>(&event.what); command != nullptr && number-- == 0)
      return event.place.text() + ": " + command->text;
  return "(no line)";
}

// Whether `test` holds for the text of any startup line or any command of the timeline.
template <typename Test>
bool any_line(const control::Lab& lab, Test test) {
  const auto in_startup = [&](const control::LabHost& host) {
    return std::ranges::any_of(host.startup, [&](const control::LabLine& line) { return test(line.text); });
  };
  const auto in_event = [&](const control::LabEvent& event) {
    const auto* command = std::get_if<control::LabCommand>(&event.what);
    return command != nullptr && test(command->text);
  };
  return std::ranges::any_of(lab.hosts, in_startup) || std::ranges::any_of(lab.timeline, in_event);
}

}  // namespace lvs::referee
