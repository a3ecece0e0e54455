// SPDX-License-Identifier: GPL-2.0-or-later
// The list of packets. All rows are equally high and only those in sight are drawn, so its length does not matter.
#pragma once

#include <QAbstractScrollArea>
#include <QKeyEvent>

#include "drawing/canvas.h"
#include "models/session/packet-list-model.h"

namespace lvs::view {

class PacketList : public QAbstractScrollArea {
  Q_OBJECT
 public:
  PacketList(const Style& style, Session& session, QWidget* parent);

  PacketListModel& model() { return model_; }
  // After a change of size, zoom, theme or language.
  void relayout();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override { event->ignore(); }  // keys are the window's

 private:
  double rowHeight() const { return style_.px(23); }
  double headHeight() const { return style_.px(24); }
  std::vector<double> edgesOf(Canvas& c, const QRectF& rect);
  void showCurrent();
  void updateScrollBar();

  const Style& style_;
  Session& session_;
  PacketListModel model_;
  double wide_[3]{};  // what addresses, infos and paths have needed so far, at a scale of 1: columns do not jump
};

}  // namespace lvs::view
