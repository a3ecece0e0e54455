// SPDX-License-Identifier: GPL-2.0-or-later
// The file course.txt beside the shipped labs: chapters with their labs and exercises, and what they are in Chinese.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lvs::scenarios {

struct CourseEntry {
  bool exercise = false;
  std::string name, zh;
  std::vector<std::string> exercises;  // that belong to a lab
};

struct CourseChapter {
  std::string en, zh;
  std::vector<CourseEntry> entries;
};

// Else one line with the place and what is wrong; `file` is put before it.
base::Result<std::vector<CourseChapter>, std::string> parse_course(std::string_view text, const std::string& file);

}  // namespace lvs::scenarios
