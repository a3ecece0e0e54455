// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of the course as HTML, each in English and Chinese, with nothing from outside.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "control/lab/grade/exercise.h"
#include "tools/lab/course/plan.h"

namespace lvs::scenarios {

// README.md, and README.zh.md where somebody has written one.
struct CourseReadme {
  std::string en, zh;
};

class CoursePages {
 public:
  explicit CoursePages(std::vector<CourseChapter> chapters) : chapters_(std::move(chapters)) {}

  const std::vector<CourseChapter>& chapters() const { return chapters_; }
  // What a lab or an exercise is called in English. All have to be known before the index is written.
  void know(const std::string& name, const std::string& title) { titles_[name] = title; }

  std::string index() const;
  // `walk`: there is a page walks/NAME.html.
  std::string lab(const CourseEntry& entry, const control::Lab& lab, const CourseReadme& readme, bool walk) const;
  std::string exercise(const CourseEntry& entry, const control::Lab& lab, const control::Exercise& task,
                       const CourseReadme& readme) const;

 private:
  std::string title_of(const CourseEntry& entry) const;
  const CourseEntry* find_exercise(const std::string& name) const;

  std::vector<CourseChapter> chapters_;
  std::map<std::string, std::string> titles_;
};

}  // namespace lvs::scenarios
