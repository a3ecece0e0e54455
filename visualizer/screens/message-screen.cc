// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/message-screen.h"

#include "drawing/plain-letters.h"

namespace lvs::view {

MessageScreen::MessageScreen(const Style& style, QWidget* parent) : Panel(style, "message", parent) {}

void MessageScreen::say(const QString& title, const QString& text) {
  title_ = title;
  text_ = text;
  update();
}

void MessageScreen::paint(Canvas& c, const QRectF& rect) {
  c.painter.fillRect(rect, c.colors.background);
  if (!haveFonts()) {
    drawPlainLetters(c.painter, rect, "NO FONTS FOUND\nINSTALL FONTS-INTER FONTS-DEJAVU-CORE FONTS-NOTO-CJK",
                     c.colors.text);
    return;
  }
  const double margin = rect.width() * 0.08;
  const QRectF inside = rect.adjusted(margin, 0, -margin, 0);
  const double middle = rect.height() * 0.42;
  c.text({inside.x(), middle - c.px(50), inside.width(), c.px(34)}, Type::huge, c.colors.text, title_,
         {.align = Qt::AlignCenter, .mayElide = true});
  c.text({inside.x(), middle, inside.width(), rect.height() - middle - c.px(8)}, Type::why, c.colors.muted, text_,
         {.align = Qt::AlignHCenter | Qt::AlignTop, .overflow = Overflow::wrap});
}

}  // namespace lvs::view
