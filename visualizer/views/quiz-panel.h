// SPDX-License-Identifier: GPL-2.0-or-later
// The quiz over the screen: a question, its choices, and how many were right.
#pragma once

#include <optional>

#include "models/session/quiz.h"
#include "views/panel.h"

namespace lvs::view {

class QuizPanel : public Panel {
  Q_OBJECT
 public:
  QuizPanel(const Style& style, QWidget* parent);

  bool running() const { return session_ != nullptr; }
  void start(Session& session);
  void stop();
  // A key 1 to 4 answers, Return goes on.
  bool key(int key);
  const std::optional<Question>& question() const { return question_; }
  int asked() const { return asked_; }
  int correct() const { return correct_; }
  // What was asked and answered since the quiz began, RFC 4180: packet, stage, question, answer, right one, points.
  QString csv() const;

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  void ask(Moment from);
  void answer(int choice);
  QString explanation();

  Session* session_ = nullptr;
  std::optional<Question> question_;
  int chosen_ = -1;  // not answered yet
  int asked_ = 0, correct_ = 0;
  QStringList answers_;  // lines of CSV
};

}  // namespace lvs::view
