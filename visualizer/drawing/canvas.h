// SPDX-License-Identifier: GPL-2.0-or-later
// A painter that knows the style, makes texts fit their boxes, and reports them to the audit.
#pragma once

#include <QPainter>
#include <vector>

#include "drawing/theme.h"

namespace lvs::view {

enum class Overflow {
  shrink,  // down to four fifths, then elide
  elide,   // at once
  wrap,    // over several lines, then shrink
};

struct TextOptions {
  Qt::Alignment align = Qt::AlignLeft | Qt::AlignVCenter;
  Overflow overflow = Overflow::shrink;
  bool strike = false;
  bool mayElide = false;  // an elided text is no fault here: it is open-ended, like a list of flags
  double factor = 1;      // to begin with
};

// A text that had not the room it needs.
struct Cut {
  QRectF box;
  QString text;
};

class Canvas {
 public:
  // `panel` names the panel in the audit, `rect` is its area.
  Canvas(QPainter& painter, const Style& style, QString panel, QRectF rect);

  QPainter& painter;
  const Style& style;
  const Palette& colors;
  std::vector<Cut>* cut = nullptr;  // told of each, where somebody wants to know
  double px(double size) const { return style.px(size); }

  double width(Type type, const QString& text) const;
  double height(Type type) const;
  // Draws the text into the box; returns what it takes.
  QRectF text(const QRectF& box, Type type, const QColor& color, const QString& text, const TextOptions& options = {});
  // A filled chip, as wide as its text needs, its left middle at `at`; returns its rectangle.
  QRectF chip(QPointF leftMiddle, const QColor& fill, const QString& text, double size = 1);
  double chipWidth(const QString& text, double size = 1) const;
  // A number in a disc; hollow: still to come.
  void disc(QPointF middle, const QColor& color, const QString& text, bool hollow);

  void roundRect(const QRectF& rect, const QColor& fill, const QColor& line = {}, double lineWidth = 0,
                 double radius = 6, bool dashed = false);
  void polygon(const QPolygonF& shape, const QColor& fill, const QColor& line, double lineWidth, bool dashed = false);
  // Dashed: still to come.
  QPen pen(const QColor& color, double width, bool dashed = false) const;
  void arrowHead(QPointF tip, QPointF from, const QColor& color, double size = 9);
  void panelGround(const QRectF& rect);

 private:
  QString panel_;
  QRectF rect_;
};

// A box with pointed left and right sides, as the director and IPVS have.
QPolygonF hexagon(const QRectF& rect, double point);
QPolygonF diamond(const QRectF& rect);

}  // namespace lvs::view
