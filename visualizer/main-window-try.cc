// SPDX-License-Identifier: GPL-2.0-or-later
// Changing a copy of the lab, and what came of it beside what was.
#include <QFileInfo>
#include <algorithm>

#include "main-window.h"
#include "panes/lesson-panel.h"
#include "panes/try-pane.h"
#include "screens/compare-screen.h"
#include "screens/walk-screen.h"
#include "views/quiz-panel.h"

namespace lvs::view {

void MainWindow::compareThese() {
  std::vector<Session*> sessions;
  // What was tried stands beside what it was made of.
  const auto tried = std::ranges::find(traces_, true, &Trace::tried);
  for (const Trace& one : traces_) {
    if (tried == traces_.end() || one.tried || one.session.get() == try_->session())
      sessions.push_back(one.session.get());
  }
  compare_->setSessions(sessions);
}

void MainWindow::lessonOn() {
  if (lesson_->running()) return lesson_->stop();
  if (quiz_->running()) quiz_->stop();
  if (!lesson_->start(*session())) say(tr("the lab of this trace has no lesson in its README"));
}

void MainWindow::tryIt() {
  Session* now = session();
  if (now == nullptr) return;
  if (try_->isOpen()) return try_->close();
  try_->open(*now);
  relayout();
}

// The newest try takes the place of the one before.
void MainWindow::tried(const QString& trace) {
  Session* const before = try_->session();
  const auto old = std::ranges::find(traces_, true, &Trace::tried);
  if (old != traces_.end()) {
    old->tried = false;
    if (old->session.get() != before) {
      compare_->setSessions({});
      delete old->screen;
      traces_.erase(old);
    }
  }
  const Moment moment = before->moment();
  open(trace, false, false);
  traces_.back().tried = true;
  compareThese();
  compare_->show(moment);
  refreshTabs();
  setTab(compareTab());
}

}  // namespace lvs::view
