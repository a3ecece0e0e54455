// SPDX-License-Identifier: GPL-2.0-or-later
// The packet as it is now, from whom to whom, with role chips: NAT shows as a chip that is swapped, DR as a line about
// the MAC address, TUN as a box in a box.
#pragma once

#include "models/session/session.h"
#include "views/panel.h"

namespace lvs::view {

class PacketStrip : public Panel {
  Q_OBJECT
 public:
  PacketStrip(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  void plain(Canvas& canvas, const QRectF& area, const Step& step, const Headers* before);
  void tunnelled(Canvas& canvas, const QRectF& area, const Step& step);
  void arp(Canvas& canvas, const QRectF& area, const Step& step);
  // Draws "CHIP address:port"; returns its rectangle.
  QRectF endpoint(Canvas& canvas, QPointF leftMiddle, double width, const Endpoint& endpoint, bool withPort);
  double endpointWidth(Canvas& canvas, const Endpoint& endpoint, bool withPort) const;
  QString lastLine(const Step& step) const;

  Session& session_;
};

}  // namespace lvs::view
