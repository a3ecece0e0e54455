// SPDX-License-Identifier: GPL-2.0-or-later
// Labs run by a real Linux kernel (User Mode Linux): the referee of the model.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "referee/kernel/image.h"

namespace lvs::referee {

struct LinuxOptions {
  std::optional<base::Time> until;  // no lab runs longer, from its timeline's zero
  // By the machine's clock; 0: ten times the length of every lab, and a minute each.
  std::chrono::seconds timeout{};
  std::size_t at_once = 8;  // labs side by side; the kernel has one CPU, and more of them delay each other's lines
  base::Time patience = std::chrono::seconds(60);  // how long a line may take where the lab names no end
  KernelChoice kernel;
  std::chrono::milliseconds silence{};  // of the kernel, by the machine's clock, until it is killed; 0: the usual one
  bool kernel_log = false;              // hosts may read and clear the kernel's log, which is one for all labs
  std::string program;                  // the agent; empty: this program, whose main() calls guest_main() first
  // Told about the boot and about each lab that has ended (how many of how many).
  std::function<void(const std::string&)> progress;
};

struct LinuxRuns {
  std::string kernel;                                            // uname -r
  bool virtual_time = false;                                     // moments are exact
  std::vector<base::Result<control::LabRun, std::string>> labs;  // in the order given; an error names what went wrong
};

// Runs all labs in one boot, side by side, each in network namespaces of its own. The error is for people and says what
// to do: package missing, kernel does not boot, kernel unknown to the suite.
base::Result<LinuxRuns, std::string> run_on_linux(std::span<const control::Lab> labs, const LinuxOptions& options = {});

}  // namespace lvs::referee
