// SPDX-License-Identifier: GPL-2.0-or-later
// The window: tabs on top, a screen below, and the keys.
#pragma once

#include <QPointer>
#include <QScrollArea>
#include <QSettings>
#include <QTimer>
#include <QTranslator>
#include <QWidget>
#include <memory>
#include <vector>

#include "command-line.h"
#include "drawing/theme.h"
#include "models/keys.h"
#include "models/session/session.h"
#include "views/transport-bar.h"

class QLineEdit;

namespace lvs::view {

class CompareScreen;
class HelpOverlay;
class LessonPanel;
class Live;
class MessageScreen;
class Panel;
class QuizPanel;
class ResultsScreen;
class TopBar;
class TryPane;
class WalkScreen;

class MainWindow : public QWidget {
  Q_OBJECT
 public:
  // `settings` may be null: then nothing is remembered.
  explicit MainWindow(std::unique_ptr<QSettings> settings, TextAudit* audit = nullptr);
  ~MainWindow() override;

  // What the command line says; files that cannot be opened show why.
  void apply(const Options& options);
  // `remembered`: it is listed among those that were open before.
  void open(const QString& file, bool follow = false, bool remembered = true);
  QString resultsError() const;  // of the file of results that was opened last

  // --- for tests and pictures ----------------------------------------------------------------------------------------
  Style& style() { return style_; }
  Session* session();  // of the tab in front; null: it is no trace
  WalkScreen* walkScreen();
  QuizPanel& quiz() { return *quiz_; }
  TryPane& tryPane() { return *try_; }
  LessonPanel& lesson() { return *lesson_; }
  // The part of the window that is exported: all of it, but no scroll bars.
  QWidget& canvasWidget() { return *content_; }
  void setTheme(ThemeKind theme);
  void setLanguage(const QString& language);
  QString language() const { return language_; }
  void setProjector(bool on);
  void setZoom(double zoom);
  double zoom() const { return zoom_; }
  void setTab(int tab);
  int tab() const { return tab_; }
  bool showScreen(ScreenName name);
  // A picture of a comparison has all its frames.
  void showAll();
  QString message() const { return message_; }
  bool playing() const { return play_.isActive(); }
  bool applyFilter(const QString& text);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void goTo(Session& session, Moment moment);
  struct Trace {
    std::unique_ptr<Session> session;
    std::unique_ptr<Live> live;  // null: the file is whole
    WalkScreen* screen = nullptr;
    bool tried = false;  // of a copy of the lab
  };

  // main-window-try.cc
  void tryIt();
  void tried(const QString& trace);
  void compareThese();

  // main-window-looks.cc
  void relayout();
  void restyle();

  // main-window.cc
  void refreshTabs();
  void showTab();
  void say(const QString& message);
  static QString titleOf(Session& session);  // reading decodes records
  int compareTab() const { return traces_.size() >= 2 ? static_cast<int>(traces_.size()) : -1; }
  int resultsTab() const;
  bool narrow() const;
  QString trouble();
  void remember();
  void recall();

  // main-window-keys.cc
  bool everywhere(Action action);
  bool onComparison(Action action);
  bool onResults(Action action);
  bool onWalk(Action action, Session& session);
  bool walking(Action action, Session& session);
  void copyLink();

  // main-window-parts.cc
  bool overParts(Action action);
  void nextPart(int direction);
  void nextSpot(int direction);
  bool pressSpot();
  void sayChosen();
  void leaveParts();

  void pressed(TransportBar::Button button);
  void play(bool on);
  void faster(int direction);
  void filterLine(bool search);
  // Goes to the next record that fits; else says why not, or `none`.
  bool search(const QString& text, const QString& none);
  void saveView();
  void savedViews();
  void saveQuiz();
  void lessonOn();
  void recentFiles();
  void exportDialog();
  void openDialog();
  void openLink();

  Style style_;
  std::unique_ptr<QSettings> settings_;
  QTranslator translator_, reasons_, dialogs_;
  QString language_ = "en", message_;
  double zoom_ = 1;
  std::vector<Trace> traces_;
  int tab_ = 0;
  QScrollArea* scroll_;
  QWidget* content_;
  TopBar* top_;
  MessageScreen* nothing_;
  CompareScreen* compare_;
  ResultsScreen* results_;
  HelpOverlay* help_;
  QuizPanel* quiz_;
  LessonPanel* lesson_;
  TryPane* try_;
  QLineEdit* filter_;
  QPointer<Panel> part_;  // that the keyboard is on
  bool searching_ = false;
  QString searched_;
  QTimer play_;
  int speed_ = 2;
};

}  // namespace lvs::view
