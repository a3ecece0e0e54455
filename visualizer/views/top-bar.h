// SPDX-License-Identifier: GPL-2.0-or-later
// The tabs: open traces, comparison, results; and the keys that matter most.
#pragma once

#include <QStringList>

#include "views/panel.h"

namespace lvs::view {

class TopBar : public Panel {
  Q_OBJECT
 public:
  TopBar(const Style& style, QWidget* parent);

  void setTabs(const QStringList& tabs, int current);
  int current() const { return current_; }
  // Instead of the keys.
  void setHint(const QString& hint);

 Q_SIGNALS:
  void chosen(int tab);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  QStringList tabs_;
  int current_ = 0;
  QString hint_;
};

}  // namespace lvs::view
