// SPDX-License-Identifier: GPL-2.0-or-later
// What stands in the window when there is nothing else to show: no file, a damaged one, an empty one, no room.
#pragma once

#include "views/panel.h"

namespace lvs::view {

class MessageScreen : public Panel {
  Q_OBJECT
 public:
  MessageScreen(const Style& style, QWidget* parent);
  void say(const QString& title, const QString& text);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  QString title_, text_;
};

}  // namespace lvs::view
