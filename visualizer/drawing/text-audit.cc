// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/text-audit.h"

#include <QStringList>
#include <algorithm>

namespace lvs::view {

namespace {

// Letters seldom fill their line box, so boxes may touch by this many pixels, more where the type is large.
QRectF core(const QRectF& ink) {
  const double margin = std::min(ink.height() * 0.2, ink.width() * 0.2);
  return ink.adjusted(margin, margin, -margin, -margin);
}

QString place(const TextAudit::Entry& entry) {
  return QString("%1: \"%2\" at %3,%4")
      .arg(entry.panel, entry.text)
      .arg(entry.ink.x(), 0, 'f', 0)
      .arg(entry.ink.y(), 0, 'f', 0);
}

}  // namespace

bool TextAudit::contains(const QString& text) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.text.contains(text); });
}

QStringList TextAudit::complaints() const {
  QStringList out;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& one = entries_[i];
    if (one.text.trimmed().isEmpty()) continue;
    if (one.elided) out += place(one) + " is elided";
    if (one.ink.width() > one.box.width() + 1) {
      out += place(one) + QString(" needs %1 of %2").arg(one.ink.width(), 0, 'f', 1).arg(one.box.width(), 0, 'f', 1);
    }
    if (one.ink.height() > one.box.height() * 1.3 + 1) out += place(one) + " is higher than its box";
    if (!one.panelRect.adjusted(-1, -1, 1, 1).contains(core(one.ink))) out += place(one) + " leaves its panel";
    for (std::size_t j = i + 1; j < entries_.size(); ++j) {
      const Entry& two = entries_[j];
      if (one.panel == two.panel && !two.text.trimmed().isEmpty() &&
          core(one.ink).intersects(two.ground.isEmpty() ? core(two.ink) : two.ground)) {
        out += place(one) + " lies on " + place(two);
      }
    }
  }
  return out;
}

}  // namespace lvs::view
