// SPDX-License-Identifier: GPL-2.0-or-later
// One trace: topology, packet, hooks, reason, headers; list and tables; timeline and buttons. In projector mode the
// list and the tables make room.
#pragma once

#include <QWidget>

#include "drawing/theme.h"
#include "models/session/session.h"

namespace lvs::view {

class ConsoleView;
class PacketList;
class Panel;
class TransportBar;

class WalkScreen : public QWidget {
  Q_OBJECT
 public:
  WalkScreen(const Style& style, Session& session, QWidget* parent);

  PacketList& packets() { return *packets_; }
  ConsoleView& console() { return *console_; }
  TransportBar& transport() { return *transport_; }
  // After a change of size, zoom, theme, projector mode or language.
  void relayout();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showMiddle();

  const Style& style_;
  Session& session_;
  Panel *topology_, *strip_, *hooks_, *arp_, *why_, *headers_, *timeline_;
  PacketList* packets_;
  ConsoleView* console_;
  TransportBar* transport_;
};

}  // namespace lvs::view
