// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/top-bar.h"

#include <algorithm>

namespace lvs::view {

TopBar::TopBar(const Style& style, QWidget* parent) : Panel(style, "top", parent) {}

void TopBar::setTabs(const QStringList& tabs, int current) {
  tabs_ = tabs;
  current_ = current;
  update();
}

void TopBar::setHint(const QString& hint) {
  hint_ = hint;
  update();
}

void TopBar::paint(Canvas& c, const QRectF& rect) {
  c.painter.fillRect(rect, c.colors.background);
  const QString name = tr("LVS packet walk");
  const double nameWidth = c.width(Type::hook, name) + 2;
  c.text({c.px(14), 0, nameWidth, rect.height()}, Type::hook, c.colors.text, name);
  double x = c.px(14) + nameWidth + c.px(30);

  const QString keys = hint_.isEmpty() ? tr("← → beat   ↑ ↓ packet   U all stages   P projector   ? keys") : hint_;
  const double keysWidth = std::min(c.width(Type::body, keys) + 2, rect.width() * 0.46);
  const double room = rect.width() - keysWidth - c.px(30) - x;
  double needed = 0;
  for (const QString& tab : tabs_) needed += c.width(Type::hook, tab) + c.px(34);
  const double squeeze = std::min(1.0, room / std::max(needed, 1.0));
  const double h = c.px(31);
  for (int i = 0; i < tabs_.size(); ++i) {
    const QRectF at(x, (rect.height() - h) / 2, (c.width(Type::hook, tabs_[i]) + c.px(29)) * squeeze, h);
    const bool now = i == current_;
    c.roundRect(at, now ? c.colors.accent : c.colors.panel, now ? c.colors.accent : c.colors.line, 1.5, 6);
    c.text(at.adjusted(c.px(5), 0, -c.px(5), 0), Type::hook, now ? c.colors.onAccent : c.colors.text, tabs_[i],
           {.align = Qt::AlignCenter, .mayElide = true});
    spot({at, tabs_[i], {}, [this, i] { Q_EMIT chosen(i); }});
    x = at.right() + c.px(5);
  }
  c.text({rect.width() - keysWidth - c.px(13), 0, keysWidth, rect.height()}, Type::body, c.colors.muted, keys,
         {.align = Qt::AlignRight | Qt::AlignVCenter});
}

}  // namespace lvs::view
