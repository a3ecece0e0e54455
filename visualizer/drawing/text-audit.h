// SPDX-License-Identifier: GPL-2.0-or-later
// What was written on the screen, and whether it had the room: every panel reports each text it draws. Tests read it.
#pragma once

#include <QRectF>
#include <QString>
#include <vector>

namespace lvs::view {

class TextAudit {
 public:
  struct Entry {
    QString panel;  // class of the panel that drew it
    QString text;
    QRectF box;  // the room it had, in the panel
    QRectF ink;  // what it took
    QRectF panelRect;
    bool elided = false;
    QRectF ground = {};  // what it stands on and hides, where there is one
  };

  void clear() { entries_.clear(); }
  void add(Entry entry) { entries_.push_back(std::move(entry)); }
  // The text that was added last stands on this.
  void standsOn(const QRectF& ground) { entries_.back().ground = ground; }
  const std::vector<Entry>& entries() const { return entries_; }

  bool contains(const QString& text) const;
  // One line for each text that is cut off, elided, outside its panel, or on top of another one.
  QStringList complaints() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace lvs::view
