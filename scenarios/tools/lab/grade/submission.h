// SPDX-License-Identifier: GPL-2.0-or-later
// What is graded: labs, or the files that were handed in laid over an exercise.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/lab/grade/exercise.h"

namespace lvs::scenarios {

struct Submission {
  std::string name;  // the folder's own
  std::filesystem::path folder;
};

// The submissions that an argument means: a lab, a folder of files handed in, or each folder in such a folder.
std::vector<Submission> submissions_of(const std::string& argument, const std::optional<control::Exercise>& exercise);

struct GradedSource {
  control::Lab lab;
  control::Exercise exercise;
};
// The lab to grade, and its checks; or what is wrong with it, a line each. `exercise`: the folder whose lab.check
// counts and whose files stand where none is handed in; nothing: the submission is a lab with checks of its own.
base::Result<GradedSource, std::string> read_submission(const Submission& submission,
                                                        const std::optional<std::filesystem::path>& exercise);
// The checks of a folder alone. Throws Failure.
GradedSource read_exercise(const std::filesystem::path& folder);

}  // namespace lvs::scenarios
