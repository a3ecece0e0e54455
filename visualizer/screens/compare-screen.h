// SPDX-License-Identifier: GPL-2.0-or-later
// Two or three traces side by side as ladders, stepped together.
#pragma once

#include "models/session/compare-model.h"
#include "views/panel.h"

namespace lvs::view {

class CompareScreen : public Panel {
  Q_OBJECT
 public:
  static constexpr std::size_t kMost = 3;  // side by side; what comes behind them is not shown

  CompareScreen(const Style& style, QWidget* parent);

  // At most three are shown.
  void setSessions(const std::vector<Session*>& sessions);
  // All ladders show `rungs` frames; the newest stands out. Steps from 1 to the longest ladder's.
  void step(int direction);
  void toStart();
  void toEnd();
  // From the connection of this moment of the first trace on, up to the frame that it belongs to.
  void show(Moment moment);
  int shown() const { return shown_; }
  // How many packets of the connection: the first two, or more.
  void morePackets(int direction);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  void reload();
  int longest() const;
  void drawLadder(Canvas& canvas, const QRectF& rect, std::size_t which);
  void drawRung(Canvas& canvas, Session& session, const Ladder& ladder, const Rung& rung, const QRectF& area,
                double below, int number, bool last);
  void drawBelow(Canvas& canvas, Session& session, const Rung& rung, const QRectF& area, QPointF start, double to);
  void drawChips(Canvas& canvas, Session& session, const Rung& rung, QPointF middle, double room, double height);

  std::vector<Session*> sessions_;
  std::vector<Ladder> ladders_;
  std::vector<std::uint32_t> from_;  // the walks that the ladders begin with; empty: the first connections
  int packets_ = 2, shown_ = 0;
};

}  // namespace lvs::view
