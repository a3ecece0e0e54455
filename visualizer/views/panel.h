// SPDX-License-Identifier: GPL-2.0-or-later
// A part of a screen that paints itself on a canvas, on any paint device: window, image, SVG or PDF. What it paints it
// also names as spots: the mouse shows them as tips, the keyboard walks over them, a screen reader reads them.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "drawing/canvas.h"

namespace lvs::view {

struct Spot {
  QRectF rect;
  QString name;                 // "director", "IP dst"
  QString detail;               // may be empty
  std::function<void()> press;  // empty: nothing to do there
};

class Panel : public QWidget {
  Q_OBJECT
 public:
  Panel(const Style& style, const char* name, QWidget* parent);

  // As painted last.
  const std::vector<Spot>& spots() const { return spots_; }
  // The one that the keyboard is on; -1: none.
  int chosenSpot() const { return chosen_; }
  void chooseSpot(int spot);

 protected:
  const Style& style() const { return style_; }
  virtual void paint(Canvas& canvas, const QRectF& rect) = 0;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  bool event(QEvent* event) override;  // tool tips
  // While painting; later ones lie on top.
  void spot(Spot spot) { spots_.push_back(std::move(spot)); }

 private:
  const Spot* spotAt(QPointF at) const;

  const Style& style_;  // of the window
  std::vector<Spot> spots_;
  std::vector<Cut> cut_;
  int chosen_ = -1;
};

}  // namespace lvs::view
