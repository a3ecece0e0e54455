// SPDX-License-Identifier: GPL-2.0-or-later
// What a lab's hosts are told to do, as text.
#pragma once

#include <algorithm>

#include "control/lab/lab.h"

namespace lvs::referee {

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
