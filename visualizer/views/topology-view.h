// SPDX-License-Identifier: GPL-2.0-or-later
// The network, with the packet on it: cables it took solid, those to come dashed, an envelope where it is.
#pragma once

#include <map>

#include "models/session/session.h"
#include "models/walk/topology.h"
#include "views/panel.h"

namespace lvs::view {

class TopologyView : public Panel {
  Q_OBJECT
 public:
  TopologyView(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  void reload();
  QRectF boxOf(const TopologyNode& node) const;
  void drawLinks(Canvas& canvas);
  struct Line {
    QString chip, text;
    QColor color;
    bool quiet = false;
  };
  struct Label {
    QString chip;  // beside the name
    QColor chipColor;
    std::vector<Line> lines;
  };
  Label labelOf(const TopologyNode& node, const trace::HostInfo& host, const Palette& colors) const;
  void drawLabel(Canvas& c, const QRectF& inside, const QString& name, Label label);
  void drawNode(Canvas& canvas, const TopologyNode& node);
  bool keepsStill(trace::HostId host) const;
  void drawEnvelope(Canvas& canvas, QPointF middle, bool dropped);

  Session& session_;
  Topology topology_;
  std::uint32_t generation_ = 0;
  QRectF area_;
};

}  // namespace lvs::view
