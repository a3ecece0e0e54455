// SPDX-License-Identifier: GPL-2.0-or-later
// Draws the hook map of the selected host: passed boxes filled, what is to come dashed, the current one solid.
#pragma once

#include "models/session/session.h"
#include "models/walk/hook-map.h"
#include "views/panel.h"

namespace lvs::view {

class HookPanel : public Panel {
  Q_OBJECT
 public:
  HookPanel(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  enum class State { unused, passed, now, future };
  State stateOf(const HookMap::Box& box) const;
  void drawEdges(Canvas& canvas);
  void drawBox(Canvas& canvas, const HookMap::Box& box);
  struct Outcome {
    QString badge, verdict;
    bool bad = false;
  };
  Outcome outcomeOf(const HookMap::Box& box);
  void drawBadges(Canvas& canvas, const HookMap::Box& box);
  QString verdictMeaning(const HookMap::Box& box) const;
  void addSpot(const HookMap::Box& box);
  void drawNumbers(Canvas& canvas, const HookMap::Box& box, const QRectF& rect);
  QRectF mapped(const QRectF& rect) const;
  QPointF mapped(QPointF point) const;
  bool hasIpvs(trace::HostId host) const;

  Session& session_;
  HookMap map_;  // as painted last
  double unitX_ = 1, unitY_ = 1;
  QPointF origin_;
  std::vector<QRectF> signs_;  // of hooks that IPVS hangs on
};

}  // namespace lvs::view
