// SPDX-License-Identifier: GPL-2.0-or-later
// The network, with the packet on it: segments it took solid, those to come dashed, an envelope where it is.
#pragma once

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

 private:
  struct Line {
    QString chip, text;
    QColor color;
    bool quiet = false;
  };
  struct Label {
    QString name, chip;  // the chip stands beside the name
    QColor chipColor;
    std::vector<Line> lines;
  };
  Label labelOf(const Topology::Row& row, const Palette& colors) const;
  void addAddresses(const trace::HostInfo& host, HostKind kind, const Palette& colors, Label& label) const;
  void placeRows(Canvas& c);
  double laneX(int lane) const;
  void drawBuses(Canvas& c);
  void drawHop(Canvas& c, const Hop& hop, bool future, bool now);
  void drawRow(Canvas& c, std::size_t row);
  void drawLabel(Canvas& c, const QRectF& inside, const Label& label);
  void drawCompact(Canvas& c, const QRectF& inside, const Label& label, bool group);
  bool still(trace::HostId host) const;
  void drawEnvelope(Canvas& c, QPointF middle, bool dropped);
  QString describe(const Topology::Row& row, const Label& label) const;

  Session& session_;
  // As painted last.
  Topology topology_;
  std::vector<QRectF> boxes_;
  std::vector<Label> labels_;
  QRectF area_;
  double lane_ = 1;  // between two buses
};

}  // namespace lvs::view
