// SPDX-License-Identifier: GPL-2.0-or-later
#include "panes/lesson-panel.h"

#include <QTextBrowser>

namespace lvs::view {

LessonPanel::LessonPanel(const Style& style, QWidget* parent) : Panel(style, "lesson", parent) { hide(); }
LessonPanel::~LessonPanel() { delete notes_; }

bool LessonPanel::start(Session& session) {
  steps_ = lessonOf(session);
  if (steps_.empty()) return false;
  session_ = &session;
  show();
  raise();
  go(0);
  return true;
}

void LessonPanel::stop() {
  if (session_ != nullptr) session_->setVeiled(false);
  session_ = nullptr;
  hide();
  delete notes_;
}

void LessonPanel::setLanguage(const QString& language) {
  language_ = language;
  if (notes_ != nullptr) notes_->setHtml(notes());
  update();
}

void LessonPanel::go(int step) {
  step_ = step;
  answered_ = false;
  const LessonStep& now = steps_[static_cast<std::size_t>(step)];
  // What is to come would tell the answer.
  session_->setVeiled(!now.answer.empty());
  if (const auto moment = momentOf(*session_, now.look)) session_->go(*moment);
  setAccessibleName(question());
  if (notes_ != nullptr) notes_->setHtml(notes());
  update();
}

// A step without an answer is a place to look at.
void LessonPanel::on() {
  if (!answered_ && !steps_[static_cast<std::size_t>(step_)].answer.empty()) {
    answered_ = true;
    session_->setVeiled(false);
    const LessonStep& now = steps_[static_cast<std::size_t>(step_)];
    if (const auto moment = momentOf(*session_, now.show)) session_->go(*moment);
    setAccessibleName(answer());
    update();
  } else if (step_ + 1 < steps()) {
    go(step_ + 1);
  } else {
    stop();
  }
}

void LessonPanel::back() {
  if (answered_) return go(step_);
  if (step_ > 0) go(step_ - 1);
}

bool LessonPanel::key(int key) {
  if (!running()) return false;
  if (key == Qt::Key_Return || key == Qt::Key_Enter) return on(), true;
  if (key == Qt::Key_Backspace) return back(), true;
  return false;
}

void LessonPanel::showNotes() {
  if (!running()) return;
  if (notes_ == nullptr) {
    notes_ = new QTextBrowser;
    notes_->setAttribute(Qt::WA_DeleteOnClose);
    notes_->setWindowTitle(tr("Notes"));
    notes_->setOpenLinks(false);
    notes_->resize(640, 480);
    QFont font = style().font(Type::body);
    font.setPixelSize(20);
    notes_->setFont(font);
  }
  notes_->setHtml(notes());
  notes_->show();
  notes_->raise();
}

QString LessonPanel::notes() const {
  const auto said = [&](const LessonText& text) { return text.in(language_).toHtmlEscaped(); };
  const LessonStep& now = steps_[static_cast<std::size_t>(step_)];
  QString html = QString("<p>%1</p><h2>%2</h2><p>%3</p>")
                     .arg(tr("step %1 of %2").arg(step_ + 1).arg(steps()), said(now.question), said(now.answer));
  if (!now.note.empty()) html += QString("<p><b>%1</b></p>").arg(said(now.note));
  if (step_ + 1 < steps())
    html += QString("<hr><p>%1 %2</p>").arg(tr("Next:"), said(steps_[static_cast<std::size_t>(step_) + 1].question));
  return html;
}

void LessonPanel::paint(Canvas& c, const QRectF& rect) {
  c.roundRect(rect.adjusted(2, 2, -2, -2), c.colors.panel, c.colors.accent, 2.5, 8);
  if (!running()) return;
  const double left = c.px(20), width = rect.width() - c.px(40);
  const QString place = tr("step %1 of %2").arg(step_ + 1).arg(steps());
  const double placeWidth = c.width(Type::bodyBold, place) + c.px(6);
  c.text({left, c.px(8), width - placeWidth, c.px(28)}, Type::title, c.colors.accent, tr("Lesson"));
  c.text({left + width - placeWidth, c.px(8), placeWidth, c.px(28)}, Type::bodyBold, c.colors.muted, place,
         {.align = Qt::AlignRight | Qt::AlignVCenter});
  const double foot = c.px(30);
  const double room = rect.height() - c.px(40) - foot;
  const QRectF asked = c.text({left, c.px(40), width, answered_ ? room * 0.45 : room}, Type::why, c.colors.text,
                              question(), {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap});
  spot({{left, c.px(40), width, room}, question(), answered_ ? answer() : QString(), [this] { on(); }});
  if (answered_) {
    const double top = asked.bottom() + c.px(8);
    c.text({left, top, width, rect.height() - top - foot}, Type::body, c.colors.text, answer(),
           {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap});
  }
  c.text({left, rect.height() - foot, width, c.px(22)}, Type::small, c.colors.muted,
         answered_ ? tr("Return: on   Backspace: back   Shift W: notes   W: end")
                   : tr("Return: answer   Backspace: back   Shift W: notes   W: end"));
}

}  // namespace lvs::view
