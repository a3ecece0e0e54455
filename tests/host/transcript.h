// SPDX-License-Identifier: GPL-2.0-or-later
// Recorded sessions with a kernel: "$ command" lines and what they printed (tests/golden/host/record). The few commands
// of these recordings are run on a model host, and printed as ip(8) and sysctl(8) print.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/test-host.h"

namespace lvs::test {

struct Step {
  std::string command;
  std::string output;  // lines, each with its end
};

struct Case {
  std::string name;
  std::vector<Step> steps;
};

std::vector<Case> read_transcript(const std::string& path);

// Runs one command; the output as the recording shows it.
std::string run(TestHost& host, std::string_view command);

}  // namespace lvs::test
