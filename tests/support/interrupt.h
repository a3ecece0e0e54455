// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that are interrupted at random moments, and what they leave behind.
#pragma once

#include <signal.h>  // NOLINT(modernize-deprecated-headers): of POSIX, not of C

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lvs::test {

struct Interruption {
  // The program and its arguments; it runs in an empty folder, which is its TMPDIR, too.
  std::vector<std::string> command;
  std::chrono::milliseconds longest{1000};  // the moment is drawn from 0 to here
  // Makes what the program needs in its folder; none: nothing.
  std::function<void(const std::filesystem::path&)> prepare{};
  // Empty, or what is wrong with a file that it has left behind in its folder.
  std::function<std::string(const std::filesystem::path&)> judge{};
  std::chrono::milliseconds patience{5000};  // until everything has gone
  std::vector<int> signals{SIGINT, SIGTERM, SIGHUP, SIGKILL};
};

// Sends one of the signals to the program alone, LVS_INTERRUPTS times (8 unless that is set). Gives one line for
// each thing that was left behind: a process of its, a file that judge() does not like, a program that does not end.
std::vector<std::string> left_behind(const Interruption& what);

}  // namespace lvs::test
