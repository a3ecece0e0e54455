// SPDX-License-Identifier: GPL-2.0-or-later
// All packets one after the other, a lane a host, a box a stage. The axis counts stages, not time: a cable takes 250
// microseconds and a hook one.
#pragma once

#include "models/session.h"
#include "views/panel.h"

namespace lvs::view {

class Timeline : public Panel {
  Q_OBJECT
 public:
  Timeline(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  void scrub(QPointF at);
  void recount();

  Session& session_;
  // Stages before each row; one more entry than rows.
  std::vector<std::uint64_t> before_;
  // As painted last.
  double left_ = 0, unit_ = 1;
  std::uint64_t offset_ = 0;
};

}  // namespace lvs::view
