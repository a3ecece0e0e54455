// SPDX-License-Identifier: GPL-2.0-or-later
// Curves of a sweep: throughput, the director's CPU, and bytes through the director, against the number of servers.
#pragma once

#include <QStringList>

#include "models/results-data.h"
#include "views/panel.h"

namespace lvs::view {

class ResultsScreen : public Panel {
  Q_OBJECT
 public:
  ResultsScreen(const Style& style, QWidget* parent);

  void open(const QString& path);
  bool empty() const { return files_.empty(); }
  const QString& error() const { return error_; }
  // The next combination of rate, NIC and number of directors.
  void nextGroup(int direction);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  struct Series {
    QString method;
    std::vector<QPointF> points;
  };
  void chart(Canvas& canvas, const QRectF& rect, const QString& title, const std::vector<Series>& series, double least,
             std::optional<double> level, const QString& levelText, std::optional<double> place,
             const QString& placeText);
  void sign(Canvas& canvas, QPointF at, const QString& method, double size) const;
  QColor colorOf(const QString& method) const;

  std::vector<Results> files_;
  QStringList names_;
  std::vector<std::pair<std::size_t, Results::Group>> groups_;  // file and group
  int group_ = 0;
  QString error_;
  std::vector<QRectF> boxes_;  // as painted last
};

}  // namespace lvs::view
