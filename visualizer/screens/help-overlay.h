// SPDX-License-Identifier: GPL-2.0-or-later
// All keys, over the screen, until the next key.
#pragma once

#include "views/panel.h"

namespace lvs::view {

class HelpOverlay : public Panel {
  Q_OBJECT
 public:
  HelpOverlay(const Style& style, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent*) override { hide(); }
};

}  // namespace lvs::view
