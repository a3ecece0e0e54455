// SPDX-License-Identifier: GPL-2.0-or-later
// All packets one after the other, a lane a host, a box a stage. The axis counts stages, not time: a cable takes 250
// microseconds and a hook one.
#pragma once

#include <map>
#include <utility>

#include "models/session/rotation.h"
#include "models/session/session.h"
#include "models/session/stage-axis.h"
#include "models/session/vrrp.h"
#include "views/panel.h"

namespace lvs::view {

class Timeline : public Panel {
  Q_OBJECT
 public:
  Timeline(const Style& style, Session& session, QWidget* parent);

 Q_SIGNALS:
  // Whether lanes say who is master, and who has failed or gets nothing.
  void statesShown(bool masters, bool failures);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  void drawSpan(Canvas& c, const QRectF& rect);  // of the current packet
  void drawLanes(Canvas& c);
  void drawPacket(Canvas& c, const StageAxis::Packet& packet, double height);
  void drawBox(Canvas& c, const StageAxis::Box& box);
  void drawCursor(Canvas& c, double height);
  double x(std::uint64_t stage) const;
  double y(std::size_t lane) const;
  std::pair<double, double> span(const StageAxis::Packet& packet) const;
  void scrub(QPointF at);
  void recount();
  void drawStates(Canvas& c, std::size_t lane);
  void drawRotation(Canvas& c, std::size_t lane);
  void drawState(Canvas& c, std::size_t lane, const StageAxis::Packet& packet, bool good, const QString& said);

  Session& session_;
  StageAxis axis_;
  std::map<trace::HostId, std::vector<VrrpState>> states_;  // of directors that have any
  Rotation rotation_;
  bool masters_ = false, failures_ = false;  // are in the picture
  // As painted last.
  double left_ = 0, right_ = 0, top_ = 0, unit_ = 1, laneHeight_ = 1;
};

}  // namespace lvs::view
