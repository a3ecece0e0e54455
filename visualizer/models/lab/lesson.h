// SPDX-License-Identifier: GPL-2.0-or-later
// A lesson that the README of a lab marks: steps, each a question, a moment to look at, an answer, and notes for
// whoever presents (docs/viewer.md).
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "models/session/session.h"

namespace lvs::view {

// In English and, where the README has it, in Chinese.
struct LessonText {
  QString en, zh;
  const QString& in(const QString& language) const { return language == "zh" && !zh.isEmpty() ? zh : en; }
  bool empty() const { return en.isEmpty() && zh.isEmpty(); }
};

struct LessonStep {
  LessonText question, answer, note;
  // Where the question is asked, and where its answer is seen. "#1,20": packet and stage; else a filter, whose first
  // stage is meant; empty: stay.
  QString look, show;
};

// Those of the section "## Lesson"; none: there is no such section, or nothing in it.
std::vector<LessonStep> lessonOf(const QString& readme);
// That of the lab that the trace carries.
std::vector<LessonStep> lessonOf(const Session& session);

// What a step's `look` or `show` says; nothing: such a moment is not in the trace, or it says none.
std::optional<Moment> momentOf(Session& session, const QString& place);

}  // namespace lvs::view
