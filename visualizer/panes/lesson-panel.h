// SPDX-License-Identifier: GPL-2.0-or-later
// The lesson over the screen: a step's question, then its answer; and the presenter's window beside it.
#pragma once

#include <QPointer>
#include <vector>

#include "models/lab/lesson.h"
#include "views/panel.h"

class QTextBrowser;

namespace lvs::view {

class LessonPanel : public Panel {
  Q_OBJECT
 public:
  LessonPanel(const Style& style, QWidget* parent);
  ~LessonPanel() override;

  bool running() const { return session_ != nullptr; }
  // False: the trace carries no lesson.
  bool start(Session& session);
  void stop();
  // Return shows the answer, then the next step; Backspace goes back.
  bool key(int key);
  void setLanguage(const QString& language);
  // The presenter's notes, in a window of their own.
  void showNotes();
  QString notes() const;  // as HTML

  int step() const { return step_; }
  int steps() const { return static_cast<int>(steps_.size()); }
  bool answered() const { return answered_; }
  // Of the step that is shown.
  QString question() const { return steps_[static_cast<std::size_t>(step_)].question.in(language_); }
  QString answer() const { return steps_[static_cast<std::size_t>(step_)].answer.in(language_); }

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  void go(int step);
  void on();
  void back();

  Session* session_ = nullptr;
  std::vector<LessonStep> steps_;
  int step_ = 0;
  bool answered_ = false;
  QString language_ = "en";
  QPointer<QTextBrowser> notes_;
};

}  // namespace lvs::view
