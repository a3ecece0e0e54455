// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/lab/lesson.h"

#include <QRegularExpression>
#include <QStringList>

#include "models/session/links.h"

namespace lvs::view {

namespace {

constexpr std::size_t kMostLessonSteps = 100;

// The text that a line "Answer zh: ..." is about; nullptr: it begins with no such word.
QString* textNamed(LessonStep& step, const QString& line, QString& rest) {
  static const QRegularExpression form("^(Question|Answer|Note|Look|Show)( zh)?:\\s*(.*)$");
  const auto found = form.match(line);
  if (!found.hasMatch()) return nullptr;
  rest = found.captured(3);
  const QString word = found.captured(1);
  if (word == "Look") return &step.look;
  if (word == "Show") return &step.show;
  LessonText& text = word == "Question" ? step.question : word == "Answer" ? step.answer : step.note;
  return found.captured(2).isEmpty() ? &text.en : &text.zh;
}

}  // namespace

std::vector<LessonStep> lessonOf(const QString& readme) {
  static const QRegularExpression number("^\\d+\\.\\s+(.*)$");
  std::vector<LessonStep> steps;
  QString* under = nullptr;  // what goes on in the next line
  bool inside = false;
  for (const QString& whole : readme.split('\n')) {
    const QString line = whole.trimmed();
    if (line.startsWith('#')) {
      inside = line.startsWith("## Lesson");
      under = nullptr;
      continue;
    }
    if (!inside) continue;
    if (line.isEmpty()) {
      under = nullptr;
      continue;
    }
    if (const auto found = number.match(line); found.hasMatch()) {
      if (steps.size() == kMostLessonSteps) break;
      steps.emplace_back();
      under = &steps.back().question.en;
      *under = found.captured(1);
      continue;
    }
    if (steps.empty()) continue;
    QString rest;
    if (QString* named = textNamed(steps.back(), line, rest)) {
      under = named;
      *under = rest;
    } else if (under != nullptr) {
      *under += ' ' + line;
    }
  }
  return steps;
}

std::vector<LessonStep> lessonOf(const Session& session) {
  for (const trace::CarriedFile& file : session.carried().files) {
    if (file.path == "README.md") return lessonOf(QString::fromStdString(file.text));
  }
  return {};
}

std::optional<Moment> momentOf(Session& session, const QString& place) {
  if (place.isEmpty()) return {};
  if (place.startsWith('#')) {
    const auto moment = momentFrom(place.mid(1));
    return moment && moment->walk < session.index().walks().size() ? moment : std::nullopt;
  }
  QString error;
  const auto filter = parseFilter(place, session.index(), error);
  if (!filter) return {};
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    int at = 0;
    for (std::uint32_t record = session.index().walks()[walk].first; record != trace::kNoRecord;
         record = session.index().entry(record).next, ++at) {
      if (filter->matches(session.index().entry(record))) return Moment{walk, at};
    }
  }
  return {};
}

}  // namespace lvs::view
