// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/help-overlay.h"

#include <vector>

#include "models/keys.h"

namespace lvs::view {

HelpOverlay::HelpOverlay(const Style& style, QWidget* parent) : Panel(style, "help", parent) { hide(); }

void HelpOverlay::paint(Canvas& c, const QRectF& rect) {
  QColor shade = c.colors.background;
  shade.setAlphaF(0.82F);
  c.painter.fillRect(rect, shade);
  std::vector<const KeyRow*> keys;
  for (const KeyRow& row : keyRows()) {
    if (row.keys[0] != '\0') keys.push_back(&row);
  }
  const int rows = static_cast<int>(keys.size() + 1) / 2;
  const double row = c.px(27);
  const QRectF box(rect.center().x() - c.px(490), rect.center().y() - (rows + 2.4) * row / 2, c.px(980),
                   (rows + 2.4) * row);
  c.roundRect(box, c.colors.panel, c.colors.accent, 2, 8);
  c.text({box.left() + c.px(26), box.top() + c.px(8), box.width() - c.px(50), c.px(36)}, Type::title, c.colors.text,
         tr("Keys"));
  for (int i = 0; i < static_cast<int>(keys.size()); ++i) {
    const double x = box.left() + c.px(26) + (i / rows) * c.px(474);
    const double y = box.top() + c.px(48) + (i % rows) * row;
    const KeyRow& one = *keys[static_cast<std::size_t>(i)];
    c.text({x, y, c.px(92), row}, Type::monoBold, c.colors.accent, QString::fromUtf8(one.keys));
    c.text({x + c.px(96), y, c.px(364), row}, Type::body, c.colors.text, tr(one.help));
  }
}

}  // namespace lvs::view
