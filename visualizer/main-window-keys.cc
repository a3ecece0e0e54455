// SPDX-License-Identifier: GPL-2.0-or-later
// What keys and buttons do.
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSaveFile>
#include <algorithm>

#include "drawing/export.h"
#include "drawing/frames.h"
#include "main-window.h"
#include "models/session/links.h"
#include "models/session/live.h"
#include "panes/lesson-panel.h"
#include "screens/compare-screen.h"
#include "screens/help-overlay.h"
#include "screens/results-screen.h"
#include "screens/walk-screen.h"
#include "views/console-view.h"
#include "views/quiz-panel.h"

namespace lvs::view {

namespace {

// Stages a second.
constexpr double kSpeeds[] = {0.5, 1, 2, 4, 8, 16};

}  // namespace

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (help_->isVisible() && event->key() != Qt::Key_Shift) {
    help_->hide();
    return;
  }
  if (quiz_->running() && !(event->modifiers() & Qt::ControlModifier) && quiz_->key(event->key())) return;
  if (lesson_->running() && !quiz_->running() && part_ == nullptr && lesson_->key(event->key())) return;
  say({});
  const bool shift = (event->modifiers() & Qt::ShiftModifier) != 0;
  const bool control = (event->modifiers() & Qt::ControlModifier) != 0;
  const auto action = actionOf(event->key(), shift, control);
  if (!action) return QWidget::keyPressEvent(event);
  if (*action == Action::tab) return setTab(event->key() - Qt::Key_1);
  if (overParts(*action) || everywhere(*action)) return;
  const bool done = tab_ == compareTab()   ? onComparison(*action)
                    : tab_ == resultsTab() ? onResults(*action)
                    : session() != nullptr ? onWalk(*action, *session()) || walking(*action, *session())
                                           : false;
  if (!done) QWidget::keyPressEvent(event);
}

// On every screen.
bool MainWindow::everywhere(Action action) {
  switch (action) {
    case Action::projector: setProjector(!style_.projector); return true;
    case Action::theme: setTheme(style_.theme == ThemeKind::light ? ThemeKind::dark : ThemeKind::light); return true;
    case Action::language: setLanguage(language_ == "en" ? "zh" : "en"); return true;
    case Action::zoomIn: setZoom(zoom_ * 1.25); return true;
    case Action::zoomOut: setZoom(zoom_ / 1.25); return true;
    case Action::zoomFit: setZoom(1); return true;
    case Action::help: help_->show(), help_->raise(); return true;
    case Action::savedViews: savedViews(); return true;
    case Action::copyLink: copyLink(); return true;
    case Action::openLink: openLink(); return true;
    case Action::exportPicture: exportDialog(); return true;
    case Action::open: openDialog(); return true;
    case Action::recent: recentFiles(); return true;
    case Action::quit: close(); return true;
    default: return false;
  }
}

bool MainWindow::onComparison(Action action) {
  switch (action) {
    case Action::stageBack: compare_->step(-1); return true;
    case Action::stageOn:
    case Action::nextHost: compare_->step(1); return true;
    case Action::packetBack: compare_->morePackets(-1); return true;
    case Action::packetOn: compare_->morePackets(1); return true;
    case Action::toStart: compare_->toStart(); return true;
    case Action::toEnd: compare_->toEnd(); return true;
    default: return false;
  }
}

bool MainWindow::onResults(Action action) {
  const bool on = action == Action::stageOn || action == Action::nextHost;
  if (!on && action != Action::stageBack) return false;
  results_->nextGroup(on ? 1 : -1);
  return true;
}

// To another moment of the walk.
bool MainWindow::walking(Action action, Session& now) {
  switch (action) {
    case Action::stageOn: now.nextStage(1); return true;
    case Action::stageBack: now.nextStage(-1); return true;
    case Action::nextHost: now.nextHost(); return true;
    case Action::packetOn: now.nextPacket(1); return true;
    case Action::packetBack: now.nextPacket(-1); return true;
    case Action::pageOn: now.nextPacket(20); return true;
    case Action::pageBack: now.nextPacket(-20); return true;
    case Action::toStart: now.toStart(); return true;
    case Action::toEnd: now.toEnd(); return true;
    case Action::nextRewrite:
      if (!now.nextRewrite()) say(tr("no rewrite after this one"));
      return true;
    case Action::nextDrop:
      if (!now.nextDrop()) say(tr("no drop after this one"));
      return true;
    case Action::connection:
      if (!now.followConnection()) say(tr("this packet belongs to no connection"));
      return true;
    case Action::search:
      if (searched_.isEmpty()) {
        filterLine(true);
      } else {
        search(searched_, tr("no stage after this one fits: %1").arg(searched_));
      }
      return true;
    default: return false;
  }
}

bool MainWindow::onWalk(Action action, Session& now) {
  Live* live = traces_[static_cast<std::size_t>(tab_)].live.get();
  // They would tell the answer.
  if (now.veiled() && (action == Action::tryIt || action == Action::ask))
    return say(tr("not while a question is open")), true;
  switch (action) {
    case Action::newest: live != nullptr && live->paused() ? live->setPaused(false) : now.toNewest(); return true;
    case Action::play: live != nullptr ? live->setPaused(!live->paused()) : play(!play_.isActive()); return true;
    case Action::slower: faster(-1); return true;
    case Action::faster: faster(1); return true;
    case Action::nextTable: walkScreen()->console().nextTab(1); return true;
    case Action::previousTable: walkScreen()->console().nextTab(-1); return true;
    case Action::quiz:
      lesson_->stop();
      quiz_->running() ? quiz_->stop() : quiz_->start(now);
      return true;
    case Action::filter: filterLine(false); return true;
    case Action::tryIt: tryIt(); return true;
    case Action::lesson: lessonOn(); return true;
    case Action::notes: lesson_->showNotes(); return true;
    case Action::ask:
      if (!walkScreen()->ask()) say(tr("P ends projector mode, which has no console"));
      return true;
    case Action::saveView: quiz_->running() ? saveQuiz() : saveView(); return true;
    case Action::copyTable: {
      const QStringList lines = walkScreen()->console().lines(walkScreen()->console().tab());
      QGuiApplication::clipboard()->setText(lines.join('\n') + '\n');
      say(tr("copied: %n line(s)", nullptr, static_cast<int>(lines.size())));
      return true;
    }
    case Action::escape:
      if (quiz_->running()) quiz_->stop();
      if (lesson_->running()) return lesson_->stop(), true;
      if (now.hostPinned()) return now.selectHost(now.step()->data.host), true;
      if (now.following()) return now.followConnection(), true;
      if (now.filtered()) applyFilter({});
      return true;
    case Action::story:
      now.setStory(!now.story());
      say(now.story() ? tr("told in beats; U unfolds every stage") : tr("every stage; U folds them into beats"));
      return true;
    default: return false;
  }
}

void MainWindow::copyLink() {
  const Session* now = session();
  if (now == nullptr || now->empty()) return;
  const QString link = linkTo(now->path(), now->moment());
  QGuiApplication::clipboard()->setText(link);
  say(tr("copied: %1").arg(link));
}

void MainWindow::pressed(TransportBar::Button button) {
  Session* now = session();
  if (now == nullptr) return;
  switch (button) {
    case TransportBar::Button::start: now->toStart(); break;
    case TransportBar::Button::back: now->nextStage(-1); break;
    case TransportBar::Button::play: play(!play_.isActive()); break;
    case TransportBar::Button::forward: now->nextStage(1); break;
    case TransportBar::Button::end: now->toEnd(); break;
    case TransportBar::Button::count_: break;
  }
}

void MainWindow::play(bool on) {
  on ? play_.start(static_cast<int>(1000 / kSpeeds[speed_])) : play_.stop();
  if (WalkScreen* screen = walkScreen()) screen->transport().setPlaying(on, kSpeeds[speed_]);
}

void MainWindow::faster(int direction) {
  speed_ = std::clamp(speed_ + direction, 0, static_cast<int>(std::size(kSpeeds)) - 1);
  if (play_.isActive()) play(true);
  say(tr("%1 stages a second").arg(kSpeeds[speed_]));
}

// --- filter and search ---

void MainWindow::filterLine(bool search) {
  Session* now = session();
  if (now == nullptr) return;
  searching_ = search;
  filter_->setText(search ? searched_ : now->filterText());
  filter_->show();
  filter_->raise();
  filter_->setFocus();
  filter_->selectAll();
}

bool MainWindow::search(const QString& text, const QString& none) {
  Session* now = session();
  QString error;
  const auto what = parseFilter(text, now->index(), error);
  if (what && now->nextMatch(*what)) {
    const Session::Matches found = now->matches(*what);
    say(tr("%1: %2 of %3").arg(text).arg(found.passed).arg(found.all));
    return true;
  }
  say(what ? none : error);
  return false;
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  // What comes or goes beside the walk.
  if (watched != filter_ && (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)) {
    relayout();
    return false;
  }
  if (watched != filter_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
  if (!enter && key != Qt::Key_Escape && key != Qt::Key_F3) return false;
  Session* now = session();
  bool done = true;
  if (now != nullptr && (key == Qt::Key_F3 || (enter && searching_))) {
    searched_ = filter_->text().trimmed();
    done = search(searched_, tr("no stage after this one fits: %1").arg(searched_));
  } else if (enter) {
    done = applyFilter(filter_->text());
  }
  if (done) {
    filter_->hide();
    setFocus();
  }
  return true;
}

// --- views, links, files ---

void MainWindow::saveView() {
  Session* now = session();
  if (settings_ == nullptr || now == nullptr || now->empty()) return;
  QStringList views = settings_->value("views").toStringList();
  const QString link = linkTo(now->path(), now->moment());
  views.removeAll(link);
  views.prepend(link);
  settings_->setValue("views", views.mid(0, 30));
  say(tr("view saved; V lists the saved ones"));
}

void MainWindow::savedViews() {
  const QStringList views = settings_ == nullptr ? QStringList() : settings_->value("views").toStringList();
  if (views.isEmpty()) return say(tr("no view is saved yet; S saves one"));
  QMenu menu(this);
  menu.setFont(style_.font(Type::body));
  for (const QString& view : views)
    menu.addAction(QFileInfo(view.section('#', 0, 0)).fileName() + "  #" + view.section('#', 1))->setData(view);
  const QAction* chosen = menu.exec(mapToGlobal(rect().center()));
  if (chosen == nullptr) return;
  if (const auto link = linkFrom(chosen->data().toString())) {
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      if (QFileInfo(traces_[i].session->path()).absoluteFilePath() == link->file) setTab(static_cast<int>(i));
    }
    if (session() == nullptr || QFileInfo(session()->path()).absoluteFilePath() != link->file) open(link->file);
    if (link->moment && session() != nullptr) session()->go(*link->moment);
  }
}

// One line a question, for a lecturer's list.
void MainWindow::saveQuiz() {
  const QString name = QFileDialog::getSaveFileName(this, "lvs-visualizer", "quiz.csv", "CSV (*.csv)");
  if (name.isEmpty()) return;
  QSaveFile file(name);
  const QByteArray text = quiz_->csv().toUtf8();
  const bool done = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
  say(done ? tr("written: %1").arg(name) : name + ": " + file.errorString());
}

void MainWindow::recentFiles() {
  const QStringList files = settings_ == nullptr ? QStringList() : settings_->value("recent").toStringList();
  if (files.isEmpty()) return say(tr("no file was open before"));
  QMenu menu(this);
  menu.setFont(style_.font(Type::body));
  for (const QString& file : files) menu.addAction(file)->setData(file);
  if (const QAction* chosen = menu.exec(mapToGlobal(rect().center()))) open(chosen->data().toString());
}

void MainWindow::openLink() {
  bool ok = false;
  const QString text =
      QInputDialog::getText(this, "lvs-visualizer", tr("Link or PACKET,STAGE"), QLineEdit::Normal, {}, &ok);
  if (!ok || text.isEmpty()) return;
  if (const auto moment = momentFrom(text); moment && session() != nullptr) return session()->go(*moment);
  const auto link = linkFrom(text);
  if (!link) return say(tr("%1 is no link of the form lvs://FILE#PACKET,STAGE").arg(text));
  open(link->file);
  if (link->moment && session() != nullptr) session()->go(*link->moment);
}

void MainWindow::openDialog() {
  const QStringList files = QFileDialog::getOpenFileNames(this, "lvs-visualizer", {},
                                                          tr("Traces and results") + " (*.pcapng *.json *.csv);;* (*)");
  for (const QString& file : files) open(file);
}

void MainWindow::exportDialog() {
  const QString file = QFileDialog::getSaveFileName(
      this, "lvs-visualizer", "walk.png",
      tr("Picture") + " (*.png *.svg *.pdf);;" + tr("Every stage of the packet, numbered") + " (*%1*)");
  if (file.isEmpty()) return;
  QString error;
  if (!file.contains("%1")) {
    say(exportScreen(*content_, file, error) ? tr("written: %1").arg(file) : error);
  } else if (session() != nullptr) {
    const int written = exportFrames(*content_, *session(), file, error);
    say(error.isEmpty() ? tr("%n picture(s) written", nullptr, written) : error);
  }
}

}  // namespace lvs::view
