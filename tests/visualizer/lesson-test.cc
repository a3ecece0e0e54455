// SPDX-License-Identifier: GPL-2.0-or-later
// Lessons that READMEs of labs mark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QDir>
#include <QFile>

#include "models/lab/lesson.h"
#include "panes/lesson-panel.h"
#include "window.h"

namespace lvs::view {
namespace {

TEST(Lesson, IsWhatTheReadmeMarks) {
  const auto steps = lessonOf(QString::fromUtf8(
      "# A lab\n1. no step\n\n## Lesson\n\n"
      "1. Which address\n   changes?\n   Question zh: 哪个?\n   Look: #2,7\n"
      "   Show: #2,8\n   Answer: The\n   destination.\n   Note: wait\n\n2. And now?\n\n## More\n3. no step\n"));
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].question.en, "Which address changes?");
  EXPECT_EQ(steps[0].question.in("zh"), QString::fromUtf8("哪个?"));
  EXPECT_EQ(steps[0].answer.in("zh"), "The destination.") << "English where there is no Chinese";
  EXPECT_EQ(steps[0].look, "#2,7");
  EXPECT_EQ(steps[0].note.en, "wait");
  EXPECT_TRUE(steps[1].answer.empty());
}

// Shipped lessons lead to moments that are there, fit their boxes, and have Chinese.
TEST(Lesson, ShippedOnesLeadSomewhere) {
  int found = 0;
  const QDir labs(LVS_SOURCE_DIR "/scenarios/labs");
  for (const QString& lab : labs.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
    QFile file(labs.filePath(lab + "/README.md"));
    if (!file.open(QIODevice::ReadOnly) || lessonOf(QString::fromUtf8(file.readAll())).empty()) continue;
    ++found;
    for (const char* language : {"en", "zh"}) {
      Viewer viewer;
      viewer.window.setLanguage(language);
      viewer.window.open(traceOf(lab));
      viewer.press(Qt::Key_W);
      LessonPanel& lesson = viewer.window.lesson();
      ASSERT_TRUE(lesson.running()) << lab.toStdString();
      for (const LessonStep& step : lessonOf(viewer.session())) {
        const auto moment = momentOf(viewer.session(), step.look);
        EXPECT_EQ(moment.has_value(), !step.look.isEmpty()) << lab.toStdString() << ": " << step.look.toStdString();
        const auto shown = momentOf(viewer.session(), step.show);
        EXPECT_EQ(shown.has_value(), !step.show.isEmpty()) << lab.toStdString() << ": " << step.show.toStdString();
        EXPECT_FALSE(step.question.zh.isEmpty() || step.answer.zh.isEmpty()) << lab.toStdString();
        if (moment) {
          EXPECT_EQ(viewer.session().moment(), *moment);
        }
        EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "") << lab.toStdString();
        EXPECT_TRUE(viewer.session().veiled()) << "what comes would tell";
        viewer.press(Qt::Key_Return);
        EXPECT_TRUE(lesson.answered());
        EXPECT_FALSE(viewer.session().veiled());
        if (shown) {
          EXPECT_EQ(viewer.session().moment(), *shown);
        }
        EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "") << lab.toStdString();
        viewer.press(Qt::Key_Return);
      }
      EXPECT_FALSE(lesson.running()) << "behind the last step";
    }
  }
  EXPECT_GE(found, 5);
}

TEST(Lesson, NotesAreForThePresenter) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  viewer.press(Qt::Key_W);
  LessonPanel& lesson = viewer.window.lesson();
  ASSERT_TRUE(lesson.running());
  EXPECT_TRUE(lesson.notes().contains("Let the room guess first")) << lesson.notes().toStdString();
  EXPECT_FALSE(viewer.drawn().contains("Let the room guess"));
  viewer.press(Qt::Key_Right);
  EXPECT_TRUE(lesson.running()) << "the keys of the walk work meanwhile";
  viewer.press(Qt::Key_Escape);
  EXPECT_FALSE(lesson.running());
}

}  // namespace
}  // namespace lvs::view
