// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/panel.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>

namespace lvs::view {

// Keys belong to the window, whatever was clicked last.
Panel::Panel(const Style& style, const char* name, QWidget* parent) : QWidget(parent), style_(style) {
  setObjectName(name);
  setFocusPolicy(Qt::NoFocus);
}

void Panel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Canvas canvas(painter, style_, objectName(), QRectF(rect()));
  spots_.clear();
  cut_.clear();
  canvas.cut = &cut_;
  paint(canvas, QRectF(rect()));
  if (chosen_ >= static_cast<int>(spots_.size())) chosen_ = -1;
  if (chosen_ < 0) return;
  const double edge = canvas.px(3);
  canvas.roundRect(spots_[static_cast<std::size_t>(chosen_)].rect.adjusted(-edge, -edge, edge, edge), {},
                   canvas.colors.text, 2.5, 6, true);
}

void Panel::chooseSpot(int spot) {
  chosen_ = spot < static_cast<int>(spots_.size()) ? spot : -1;
  update();
}

const Spot* Panel::spotAt(QPointF at) const {
  const auto found =
      std::find_if(spots_.rbegin(), spots_.rend(), [&](const Spot& one) { return one.rect.contains(at); });
  return found == spots_.rend() ? nullptr : &*found;
}

void Panel::mousePressEvent(QMouseEvent* event) {
  // Pressing may paint anew, and with that clear the spots.
  const Spot* found = spotAt(event->position());
  if (found == nullptr || !found->press) return QWidget::mousePressEvent(event);
  const std::function<void()> press = found->press;
  press();
}

bool Panel::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  QStringList lines;
  for (const Cut& cut : cut_) {
    if (cut.box.contains(help->pos())) lines += cut.text;
  }
  if (const Spot* found = spotAt(help->pos())) {
    if (!lines.contains(found->name)) lines += found->name;
    if (!found->detail.isEmpty()) lines += found->detail;
  }
  lines.isEmpty() ? QToolTip::hideText() : QToolTip::showText(help->globalPos(), lines.join('\n'), this);
  return true;
}

}  // namespace lvs::view
