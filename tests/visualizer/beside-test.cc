// SPDX-License-Identifier: GPL-2.0-or-later
// Quiz, lesson and panes stand beside what they speak of, not on it.
#include <gtest/gtest.h>

#include "panes/lesson-panel.h"
#include "panes/try-pane.h"
#include "screens/walk-screen.h"
#include "views/packet-list.h"
#include "views/quiz-panel.h"
#include "window.h"

namespace lvs::view {
namespace {

// Visible panels of the walk that `guest` lies on.
std::string coveredBy(Viewer& viewer, const QWidget& guest) {
  std::string out;
  const WalkScreen& screen = *viewer.window.walkScreen();
  for (const QWidget* panel : screen.findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
    if (panel->isHidden()) continue;
    if (panel->geometry().translated(screen.pos()).intersects(guest.geometry()))
      out += panel->objectName().toStdString() + " ";
  }
  return out;
}

TEST(Beside, TheQuizCoversNothing) {
  for (const bool projector : {false, true}) {
    Viewer viewer;
    viewer.window.open(traceOf("nat-walk"));
    viewer.window.setProjector(projector);
    viewer.press(Qt::Key_Q);
    ASSERT_TRUE(viewer.window.quiz().running());
    EXPECT_EQ(coveredBy(viewer, viewer.window.quiz()), "");
    EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
    viewer.press(Qt::Key_1);
    EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
    viewer.press(Qt::Key_Q);
    EXPECT_EQ(viewer.window.walkScreen()->packets().isHidden(), projector) << "they come back";
  }
}

TEST(Beside, TheLessonCoversNothing) {
  for (const bool projector : {false, true}) {
    Viewer viewer;
    viewer.window.open(traceOf("nat-walk"));
    viewer.window.setProjector(projector);
    viewer.press(Qt::Key_W);
    ASSERT_TRUE(viewer.window.lesson().running());
    EXPECT_EQ(coveredBy(viewer, viewer.window.lesson()), "");
    viewer.press(Qt::Key_Q);
    EXPECT_FALSE(viewer.window.lesson().running()) << "one after the other";
    EXPECT_TRUE(viewer.session().veiled());
    viewer.press(Qt::Key_Q);
    EXPECT_FALSE(viewer.session().veiled());
  }
}

TEST(Beside, TheWalkMakesRoomForTryIt) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-broken-no-forward"));
  viewer.session().nextDrop();
  viewer.press(Qt::Key_Y);
  EXPECT_EQ(coveredBy(viewer, viewer.window.tryPane()), "");
  EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
  viewer.press(Qt::Key_Y);
}

}  // namespace
}  // namespace lvs::view
