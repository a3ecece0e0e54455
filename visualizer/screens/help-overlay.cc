// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/help-overlay.h"

#include <utility>
#include <vector>

namespace lvs::view {

HelpOverlay::HelpOverlay(const Style& style, QWidget* parent) : Panel(style, "help", parent) { hide(); }

void HelpOverlay::paint(Canvas& c, const QRectF& rect) {
  QColor shade = c.colors.background;
  shade.setAlphaF(0.82F);
  c.painter.fillRect(rect, shade);
  const std::vector<std::pair<QString, QString>> keys{
      {"← →", tr("stage back, stage on")},
      {"↑ ↓", tr("packet before, packet after")},
      {"Shift →", tr("next host")},
      {"R", tr("next rewrite")},
      {"D", tr("next drop")},
      {"C", tr("follow this connection, show all again")},
      {"Home End", tr("start and end of the walk")},
      {"Space", tr("play, pause")},
      {"[ ]", tr("slower, faster")},
      {"N", tr("newest packet of a live trace")},
      {"/  Ctrl F", tr("filter: host:rs1 port:80 hook:FORWARD verdict:drop arp")},
      {"F3", tr("search: next stage that fits")},
      {"Tab", tr("next table of the host")},
      {"1 – 9", tr("tabs")},
      {"P", tr("projector mode")},
      {"T", tr("light or dark")},
      {"L", tr("English or Chinese")},
      {"+ −  F", tr("zoom in, out, fit")},
      {"Q", tr("quiz")},
      {"S  V", tr("save this view, go to a saved one")},
      {"Ctrl L", tr("copy a link to this moment")},
      {"Ctrl G", tr("go to a link")},
      {"Ctrl E", tr("export as PNG, SVG, PDF or frames")},
      {"Ctrl O", tr("open a trace or results")},
      {"?", tr("this help")},
  };
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
    const auto& [key, text] = keys[static_cast<std::size_t>(i)];
    c.text({x, y, c.px(92), row}, Type::monoBold, c.colors.accent, key);
    c.text({x + c.px(96), y, c.px(364), row}, Type::body, c.colors.text, text);
  }
}

}  // namespace lvs::view
