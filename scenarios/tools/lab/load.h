// SPDX-License-Identifier: GPL-2.0-or-later
// Labs by their names, as the commands of lvs-lab take them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "control/lab/script.h"

namespace lvs::scenarios {

// What ends a command of lvs-lab: lines for people, and the exit status.
struct Failure {
  std::string text;
  int status = 2;
};

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Failure{fmt::format(format, std::forward<Args>(args)...), 2};
}

// Each line of `text` on standard error.
void complain(const std::string& text);

// Throws Failure with one line a mistake. `notices`: say them.
control::Lab load_lab(const std::string& name, bool notices);
// What cannot be modelled is known before anything runs. Throws Failure.
control::LabScript compile_lab(const control::Lab& lab);
std::string text_of_messages(const std::vector<control::LabMessage>& messages);

}  // namespace lvs::scenarios
