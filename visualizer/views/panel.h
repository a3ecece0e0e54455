// SPDX-License-Identifier: GPL-2.0-or-later
// A part of a screen that paints itself on a canvas, on any paint device: window, image, SVG or PDF.
#pragma once

#include <QWidget>

#include "drawing/canvas.h"

namespace lvs::view {

class Panel : public QWidget {
  Q_OBJECT
 public:
  Panel(const Style& style, const char* name, QWidget* parent);

 protected:
  const Style& style() const { return style_; }
  virtual void paint(Canvas& canvas, const QRectF& rect) = 0;
  void paintEvent(QPaintEvent* event) override;

 private:
  const Style& style_;  // of the window
};

}  // namespace lvs::view
