// SPDX-License-Identifier: GPL-2.0-or-later
// Who has the address? All hosts that hear the question and what each makes of it, the asker's cache, and whom every
// host takes for the owner, over time.
#pragma once

#include "models/session/session.h"
#include "models/walk/arp-round.h"
#include "views/panel.h"

namespace lvs::view {

class ArpView : public Panel {
  Q_OBJECT
 public:
  ArpView(const Style& style, Session& session, QWidget* parent);

  // The moment is one of a question, or of an answer to one.
  static bool fits(Session& session);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  double drawHosts(Canvas& c, const QRectF& area, const ArpRound& round);
  void drawHost(Canvas& c, const QRectF& at, const ArpRound::Host& host);
  QString saidBy(const ArpRound::Host& host, bool known) const;
  void drawCache(Canvas& c, const QRectF& area, const ArpRound& round);
  void drawHistory(Canvas& c, const QRectF& area, const ArpRound& round);
  bool known(int step) const;

  Session& session_;
};

}  // namespace lvs::view
