// SPDX-License-Identifier: GPL-2.0-or-later
// A prompt on the host that is looked at: a line is typed, and answered from the moment that is looked at.
#pragma once

#include <QStringList>
#include <QWidget>

#include "drawing/theme.h"

class QLabel;
class QLineEdit;

namespace lvs::view {

class AskLine : public QWidget {
  Q_OBJECT
 public:
  AskLine(const Style& style, QWidget* parent);

  void open(const QString& host);
  void setHost(const QString& host);
  void restyle();
  QLineEdit& line() { return *line_; }

 Q_SIGNALS:
  void asked(const QString& line);
  void closed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  const Style& style_;
  QLabel* prompt_;
  QLineEdit* line_;
  QStringList history_;
  qsizetype at_ = 0;
};

}  // namespace lvs::view
