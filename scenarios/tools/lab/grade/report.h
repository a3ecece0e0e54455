// SPDX-License-Identifier: GPL-2.0-or-later
// Grades as text, JSON and CSV.
#pragma once

#include <string>

#include "tools/lab/grade/grade-lab.h"

namespace lvs::scenarios {

// What a process that graded one lab gives to the one that asked for it.
struct GradeReport {
  std::string text, json, csv;  // a paragraph, an object, a line
  unsigned points = 0, of = 0;
  bool broken = false;  // not graded
};
GradeReport report_of(const GradedLab& lab);

std::string grades_json(const std::vector<GradeReport>& reports);
std::string grades_csv(const std::vector<GradeReport>& reports);

// The same, and back. Nothing from other bytes.
std::string pack(const GradeReport& report);
std::optional<GradeReport> unpack(std::string_view bytes);

}  // namespace lvs::scenarios
