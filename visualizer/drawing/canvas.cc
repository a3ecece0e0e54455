// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/canvas.h"

#include <QFontMetricsF>
#include <QtMath>

#include "drawing/text-audit.h"

namespace lvs::view {

Canvas::Canvas(QPainter& p, const Style& s, QString panel, QRectF rect)
    : painter(p), style(s), colors(s.palette()), panel_(std::move(panel)), rect_(rect) {
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
}

double Canvas::width(Type type, const QString& text) const {
  return QFontMetricsF(style.font(type), painter.device()).horizontalAdvance(text);
}

double Canvas::height(Type type) const { return QFontMetricsF(style.font(type), painter.device()).height(); }

QRectF Canvas::text(const QRectF& box, Type type, const QColor& color, const QString& text,
                    const TextOptions& options) {
  if (text.isEmpty() || box.width() <= 0) return {box.topLeft(), QSizeF(0, 0)};
  int flags = static_cast<int>(options.align);
  flags |= options.overflow == Overflow::wrap ? Qt::TextWordWrap : Qt::TextSingleLine;
  QString shown = text;
  QFont font;
  QRectF ink;
  const double least = options.overflow == Overflow::elide ? options.factor : 0.75;
  for (double factor = options.factor;; factor -= 0.05) {
    font = style.font(type, factor);
    font.setStrikeOut(options.strike);
    const QFontMetricsF metrics(font, painter.device());
    ink = metrics.boundingRect(box, flags, shown);
    const bool fits =
        ink.width() <= box.width() + 0.5 && (options.overflow != Overflow::wrap || ink.height() <= box.height() + 0.5);
    if (fits) break;
    if (factor - 0.05 < least) {
      if (options.overflow == Overflow::wrap && options.mayElide) {
        // As many letters as fit.
        qsizetype whole = 0, cutAt = text.size();
        while (cutAt - whole > 1) {
          const qsizetype middle = (whole + cutAt) / 2;
          (metrics.boundingRect(box, flags, text.left(middle) + "…").height() <= box.height() + 0.5 ? whole : cutAt) =
              middle;
        }
        shown = text.left(whole) + "…";
        ink = metrics.boundingRect(box, flags, shown);
      } else if (options.overflow != Overflow::wrap) {
        shown = metrics.elidedText(text, Qt::ElideRight, box.width());
        ink = metrics.boundingRect(box, flags, shown);
      }
      break;
    }
  }
  if (cut != nullptr && shown != text) cut->push_back({box, text});
  painter.setFont(font);
  painter.setPen(color);
  painter.drawText(box, flags | Qt::TextDontClip, shown);
  if (style.audit != nullptr) {
    style.audit->add({.panel = panel_,
                      .text = text,
                      .box = box,
                      .ink = ink,
                      .panelRect = rect_,
                      .elided = shown != text && !options.mayElide});
  }
  return ink;
}

double Canvas::chipWidth(const QString& text, double size) const {
  return QFontMetricsF(style.font(Type::badge, size), painter.device()).horizontalAdvance(text) + px(9) * size;
}

QRectF Canvas::chip(QPointF at, const QColor& fill, const QString& text, double size) {
  const double w = chipWidth(text, size);
  const double h = px(17) * size;
  const QRectF rect(at.x(), at.y() - h / 2, w, h);
  roundRect(rect, fill, {}, 0, 3.5 * size);
  const QFont font = style.font(Type::badge, size);
  painter.setFont(font);
  painter.setPen(colors.onChip);
  painter.drawText(rect, Qt::AlignCenter, text);
  if (style.audit != nullptr) {
    const QRectF ink = QFontMetricsF(font, painter.device()).boundingRect(rect, Qt::AlignCenter, text);
    style.audit->add({panel_, text, rect, ink, rect_, false});
  }
  return rect;
}

void Canvas::disc(QPointF middle, const QColor& color, const QString& text, bool hollow) {
  const double r = px(9.5);
  const double w =
      qMax(2 * r, QFontMetricsF(style.font(Type::badge), painter.device()).horizontalAdvance(text) + px(9));
  const QRectF rect(middle.x() - w / 2, middle.y() - r, w, 2 * r);
  painter.setPen(QPen(hollow ? color : colors.background, px(1.6)));
  painter.setBrush(hollow ? colors.background : color);
  painter.drawRoundedRect(rect, r, r);
  this->text(rect, Type::badge, hollow ? color : colors.onAccent, text, {.align = Qt::AlignCenter});
  if (style.audit != nullptr && !text.isEmpty()) style.audit->standsOn(rect.adjusted(r / 4, r / 4, -r / 4, -r / 4));
}

void Canvas::roundRect(const QRectF& rect, const QColor& fill, const QColor& line, double lineWidth, double radius,
                       bool dashed) {
  painter.setPen(line.isValid() ? pen(line, lineWidth, dashed) : QPen(Qt::NoPen));
  painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
  painter.drawRoundedRect(rect, px(radius), px(radius));
}

void Canvas::polygon(const QPolygonF& shape, const QColor& fill, const QColor& line, double lineWidth, bool dashed) {
  painter.setPen(line.isValid() ? pen(line, lineWidth, dashed) : QPen(Qt::NoPen));
  painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
  painter.drawPolygon(shape);
}

QPen Canvas::pen(const QColor& color, double width, bool dashed) const {
  QPen pen(color, px(width), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
  if (dashed) pen.setDashPattern({4.2, 2});
  return pen;
}

void Canvas::arrowHead(QPointF tip, QPointF from, const QColor& color, double size) {
  const double angle = std::atan2(tip.y() - from.y(), tip.x() - from.x());
  const double length = px(size);
  const double half = px(size * 0.55);
  const QPointF base = tip - QPointF(std::cos(angle), std::sin(angle)) * length;
  const QPointF side(-std::sin(angle) * half, std::cos(angle) * half);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawPolygon(QPolygonF{tip, base + side, base - side});
}

void Canvas::panelGround(const QRectF& rect) { roundRect(rect, colors.panel, {}, 0, 5); }

QPolygonF hexagon(const QRectF& r, double point) {
  const double y = r.center().y();
  return QPolygonF{{r.left(), y},  {r.left() + point, r.top()},     {r.right() - point, r.top()},
                   {r.right(), y}, {r.right() - point, r.bottom()}, {r.left() + point, r.bottom()}};
}

QPolygonF diamond(const QRectF& r) {
  return QPolygonF{
      {r.left(), r.center().y()}, {r.center().x(), r.top()}, {r.right(), r.center().y()}, {r.center().x(), r.bottom()}};
}

}  // namespace lvs::view
