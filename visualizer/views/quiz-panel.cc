// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/quiz-panel.h"

#include "models/session/tale.h"
#include "models/walk/why-text.h"

namespace lvs::view {

namespace {

// No field is a formula to a spreadsheet.
QString csvField(QString text) {
  if (!text.isEmpty() && QString("=+-@").contains(text[0])) text.prepend('\'');
  return '"' + text.replace('"', "\"\"") + '"';
}

}  // namespace

QuizPanel::QuizPanel(const Style& style, QWidget* parent) : Panel(style, "quiz", parent) { hide(); }

void QuizPanel::start(Session& session) {
  session_ = &session;
  asked_ = correct_ = 0;
  answers_.clear();
  show();
  raise();
  ask(session.moment());
}

void QuizPanel::stop() {
  if (session_ != nullptr) session_->setVeiled(false);
  session_ = nullptr;
  question_.reset();
  hide();
}

// What happens at the stage that was asked about, and why.
QString QuizPanel::explanation() {
  const Step* step = session_->step();
  if (step == nullptr) return {};
  const QString told = session_->beat() < 0 ? QString()
                                            : tellBeat(*session_, session_->walk(),
                                                       session_->beats()[static_cast<std::size_t>(session_->beat())]);
  const QString why = sentenceOf(step->data);
  return told.isEmpty() || told.contains(why) ? why : told + ". " + why;
}

QString QuizPanel::csv() const {
  return "packet,stage,question,answer,right,points\r\n" + answers_.join("\r\n") + (answers_.isEmpty() ? "" : "\r\n");
}

void QuizPanel::ask(Moment from) {
  chosen_ = -1;
  question_ = questionAfter(*session_, from);
  session_->setVeiled(question_.has_value());
  if (question_) session_->go(question_->asked);
  update();
}

void QuizPanel::answer(int choice) {
  if (!question_ || chosen_ >= 0 || choice < 0 || choice >= question_->choices.size()) return;
  chosen_ = choice;
  ++asked_;
  if (choice == question_->right) ++correct_;
  answers_ += QStringList{QString::number(question_->asked.walk + 1),
                          QString::number(question_->asked.step + 1),
                          csvField(question_->text),
                          csvField(question_->choices[choice]),
                          csvField(question_->choices[question_->right]),
                          choice == question_->right ? QString("1") : QString("0")}
                  .join(',');
  session_->setVeiled(false);
  session_->go(question_->answerAt);
  update();
}

bool QuizPanel::key(int key) {
  if (!running()) return false;
  if (key >= Qt::Key_1 && key <= Qt::Key_4) {
    answer(key - Qt::Key_1);
    return true;
  }
  if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) {
    if (question_ && chosen_ >= 0) ask(question_->answerAt);
    return true;
  }
  return false;
}

void QuizPanel::paint(Canvas& c, const QRectF& rect) {
  c.roundRect(rect.adjusted(2, 2, -2, -2), c.colors.panel, c.colors.accent, 2.5, 8);
  const double left = c.px(20), width = rect.width() - c.px(40);
  const QString score = tr("%1 of %2 right").arg(correct_).arg(asked_);
  const double scoreWidth = c.width(Type::bodyBold, score) + c.px(6);
  c.text({left, c.px(8), width - scoreWidth, c.px(28)}, Type::title, c.colors.accent, tr("Quiz"));
  c.text({left + width - scoreWidth, c.px(8), scoreWidth, c.px(28)}, Type::bodyBold, c.colors.muted, score,
         {.align = Qt::AlignRight | Qt::AlignVCenter});
  if (!question_) {
    c.text({left, c.px(44), width, rect.height() - c.px(60)}, Type::why, c.colors.text,
           tr("No more questions in this trace. Q ends the quiz."), {.overflow = Overflow::wrap});
    return;
  }
  c.text({left, c.px(34), width, c.px(46)}, Type::why, c.colors.text, question_->text, {.overflow = Overflow::wrap});
  const double gap = c.px(10), first = c.px(82), h = c.px(34);
  // In one row where they have the room.
  int across = static_cast<int>(question_->choices.size());
  const auto wide = [&] { return (width - gap * (across - 1)) / across; };
  for (const QString& choice : question_->choices) {
    while (across > 2 && c.width(Type::hook, "4  " + choice) + c.px(22) > wide()) --across;
  }
  if (across == 3 && question_->choices.size() == 4) across = 2;
  const double w = wide();
  for (int i = 0; i < question_->choices.size(); ++i) {
    const QRectF box(left + (i % across) * (w + gap), first + (i / across) * (h + gap), w, h);
    const bool answered = chosen_ >= 0;
    const bool right = answered && i == question_->right;
    const bool wrong = answered && i == chosen_ && !right;
    c.roundRect(box,
                right   ? c.colors.accentSoft
                : wrong ? c.colors.dropSoft
                        : c.colors.background,
                right   ? c.colors.accent
                : wrong ? c.colors.drop
                        : c.colors.line,
                right || wrong ? 2.6 : 1.6, 6);
    const QString mark = right ? "✓ " : wrong ? "✕ " : QString("%1  ").arg(i + 1);
    c.text(box.adjusted(c.px(12), 0, -c.px(8), 0), Type::hook, c.colors.text, mark + question_->choices[i]);
    spot({box, question_->choices[i], {}, [this, i] { chosen_ >= 0 ? ask(question_->answerAt) : answer(i); }});
  }
  c.text({left, rect.height() - c.px(30), width, c.px(22)}, Type::small, c.colors.muted,
         chosen_ < 0 ? tr("Keys 1 to %1 answer").arg(question_->choices.size())
                     : tr("Return: next question   S: results as CSV   Q: end"));
  if (chosen_ < 0) return;
  const auto rows = (question_->choices.size() + across - 1) / across;
  const double top = first + static_cast<double>(rows) * (h + gap) - c.px(4);
  c.text({left, top, width, std::max(rect.height() - top - c.px(30), c.px(16))}, Type::small, c.colors.text,
         explanation(), {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap, .mayElide = true});
}

}  // namespace lvs::view
