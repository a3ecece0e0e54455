// SPDX-License-Identifier: GPL-2.0-or-later
// One trace: topology, packet, hooks, reason, headers; list and tables; timeline and buttons. In projector mode the
// list and the tables make room.
#pragma once

#include <QList>
#include <QWidget>

#include "drawing/theme.h"
#include "models/lab/lab-run.h"
#include "models/session/session.h"

namespace lvs::view {

class AskLine;
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
  // A prompt on the host that is looked at; false: in projector mode there is no room for one.
  bool ask();
  void asked(const QString& line);
  bool answering() const { return run_.running(); }
  // Where the splitters are, as shares; what they are not is put right.
  QList<double> shares() const { return shares_; }
  void setShares(const QList<double>& shares);
  // Room for the quiz or a lesson, so that it covers nothing: in the place of the packets (of the timeline, where there
  // are none). Null: nobody is there.
  void setGuest(QWidget* guest) { guest_ = guest; }
  // Beside an open pane there is no room for headers and packets.
  void setSlim(bool slim) { slim_ = slim; }
  // After a change of size, zoom, theme, projector mode or language.
  void relayout();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

 private:
  void showMiddle();
  void placeLists(const QRectF& at);
  enum Splitter { leftSide, rightSide, listsTop, listsMiddle, splitters };
  // The one at this place, in the ground between panels; `splitters`: none.
  int splitterAt(QPointF at) const;

  const Style& style_;
  Session& session_;
  Panel *topology_, *strip_, *hooks_, *arp_, *why_, *headers_, *timeline_;
  PacketList* packets_;
  ConsoleView* console_;
  TransportBar* transport_;
  AskLine* ask_;
  QWidget* guest_ = nullptr;
  bool slim_ = false;
  QList<double> shares_;
  int dragged_ = splitters;
  LabRun run_;
  QString line_;  // that is being answered
};

}  // namespace lvs::view
