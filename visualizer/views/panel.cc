// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/panel.h"

namespace lvs::view {

// Keys belong to the window, whatever was clicked last.
Panel::Panel(const Style& style, const char* name, QWidget* parent) : QWidget(parent), style_(style) {
  setObjectName(name);
  setFocusPolicy(Qt::NoFocus);
}

void Panel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Canvas canvas(painter, style_, objectName(), QRectF(rect()));
  paint(canvas, QRectF(rect()));
}

}  // namespace lvs::view
