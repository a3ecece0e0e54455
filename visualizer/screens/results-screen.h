// SPDX-License-Identifier: GPL-2.0-or-later
// Curves of a sweep: throughput, the director's CPU, and bytes through the director, against the number of servers.
#pragma once

#include <QStringList>
#include <optional>
#include <vector>

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

 private:
  struct Series {
    QString method;
    std::vector<QPointF> points;
  };
  struct Curves {
    std::vector<Series> throughput, cpu, director;
  };
  // Published figures, and what is said of them.
  struct Marks {
    std::optional<double> level, place;  // on the upright axis, on the other one
    QString levelText, placeText;
  };
  struct Axes {
    QRectF area;
    double mostX, mostY;
    QPointF at(double x, double y) const {
      return {area.left() + area.width() * x / mostX, area.bottom() - area.height() * y / mostY};
    }
  };

  QString nameOfGroup(std::size_t number) const;
  static Curves curvesOf(const Results& results, const Results::Group& group);
  static Marks marksOf(const Results& results, const Results::Group& group);
  void drawGroups(Canvas& canvas, const QRectF& rect);
  void drawLegend(Canvas& canvas, const QRectF& rect, const QStringList& methods);
  void chart(Canvas& canvas, const QRectF& rect, const QString& title, const std::vector<Series>& series, double least,
             const Marks& marks);
  void drawAxes(Canvas& canvas, const QRectF& rect, const Axes& axes);
  void drawMarks(Canvas& canvas, const Axes& axes, const Marks& marks);
  void sign(Canvas& canvas, QPointF at, const QString& method, double size) const;
  QColor colorOf(const QString& method) const;

  std::vector<Results> files_;
  QStringList names_;
  std::vector<std::pair<std::size_t, Results::Group>> groups_;  // file and group
  int group_ = 0;
  QString error_;
};

}  // namespace lvs::view
