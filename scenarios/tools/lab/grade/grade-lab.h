// SPDX-License-Identifier: GPL-2.0-or-later
// One lab graded.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/run-watch.h"
#include "host/env/kernel.h"
#include "referee/kernel/linux-run.h"
#include "tools/lab/grade/submission.h"

namespace lvs::scenarios {

struct GradeOptions {
  std::optional<std::filesystem::path> exercise;
  RunLimits limits{.wall = std::chrono::seconds(60), .frames = 2'000'000, .lab = std::chrono::hours(2)};  // of each run
  host::Kernel kernel = host::kLinux6_1;
  std::optional<referee::LinuxOptions> on_linux;  // nothing: the model
  bool chinese = false;                           // the report
  unsigned worth = 0;                             // points of the exercise; 0: each lab has checks of its own
  std::string walks;                              // the folder for traces of what failed; empty: none is kept
};

struct GradedCheck {
  int line = 0;
  std::string text, hint;
  std::string text_zh, hint_zh;
  unsigned points = 0, of = 0;
  bool passed = false;
  std::string skipped;        // why this engine cannot tell; then it counts for nothing
  std::string what, what_zh;  // why it failed
  std::optional<double> at;   // s of the timeline
  std::string host;
  std::string moment, moment_zh;  // the step that decided: "at 1.002 s rs1 ROUTING DROP ip_rpfilter: ..."
  std::string walk;               // the command that shows it
};

struct GradedLab {
  std::string name, folder, title;
  std::string error;  // why it was not graded; lines
  std::vector<GradedCheck> checks;
  unsigned worth = 0;    // where it came to no check
  bool chinese = false;  // how it is told

  unsigned points() const;
  unsigned of() const;
};

// Never throws for what is wrong with the submission.
GradedLab grade_lab(const Submission& submission, const GradeOptions& options);

}  // namespace lvs::scenarios
