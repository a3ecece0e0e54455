// SPDX-License-Identifier: GPL-2.0-or-later
// A startup file as the statements of a shell script.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/lab/lab.h"

namespace lvs::control {

// `file` is for messages. Comments and empty lines are left out; a statement of many lines is one.
std::vector<LabLine> startup_lines(const std::string& file, std::string_view text);

// Every statement is run by a shell of its own. What those before it in the same file define (variables, functions, the
// folder) is put before its text, as one script would have it.
class Definitions {
 public:
  // What is put before `text`; what it defines itself counts for those behind.
  std::string take(const std::string& text);

 private:
  std::string all_;
};

}  // namespace lvs::control
