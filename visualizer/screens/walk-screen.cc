// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/walk-screen.h"

#include <algorithm>

#include "views/arp-view.h"
#include "views/console-view.h"
#include "views/header-panel.h"
#include "views/hook-panel.h"
#include "views/packet-list.h"
#include "views/packet-strip.h"
#include "views/timeline.h"
#include "views/topology-view.h"
#include "views/transport-bar.h"
#include "views/why-card.h"

namespace lvs::view {

WalkScreen::WalkScreen(const Style& style, Session& session, QWidget* parent)
    : QWidget(parent),
      style_(style),
      session_(session),
      topology_(new TopologyView(style, session, this)),
      strip_(new PacketStrip(style, session, this)),
      hooks_(new HookPanel(style, session, this)),
      arp_(new ArpView(style, session, this)),
      why_(new WhyCard(style, session, this)),
      headers_(new HeaderPanel(style, session, this)),
      timeline_(new Timeline(style, session, this)),
      packets_(new PacketList(style, session, this)),
      console_(new ConsoleView(style, session, this)),
      transport_(new TransportBar(style, session, this)) {
  connect(&session, &Session::momentChanged, this, [this] { showMiddle(); });
  showMiddle();
}

// An ARP question passes no hooks: what its hearers make of it stands in their place.
void WalkScreen::showMiddle() {
  const bool arp = ArpView::fits(session_);
  arp_->setVisible(arp);
  hooks_->setVisible(!arp);
}

void WalkScreen::resizeEvent(QResizeEvent*) { relayout(); }

void WalkScreen::relayout() {
  const double w = width(), h = height();
  const double gap = std::max(4.0, style_.px(6));
  const auto place = [](QWidget* widget, double x, double y, double width, double height) {
    widget->setGeometry(QRectF(x, y, width, height).toRect());
  };
  const bool projector = style_.projector;
  // Shares of a window of 1280x800 under a bar of 44.
  const double bar = h * (projector ? 0.08 : 0.058);
  const double lanes = h * (projector ? 0.2 : 0.148);
  const double lists = projector ? 0 : h * 0.178;
  const double upper = h - bar - lanes - lists - gap * (projector ? 2 : 3);
  const double left = w * 0.215, centre = w * 0.465, right = w - left - centre - 4 * gap;
  const double x1 = gap, x2 = x1 + left + gap, x3 = x2 + centre + gap;

  place(topology_, x1, 0, left, upper);
  place(headers_, x3, 0, right, upper);
  const double strip = upper * 0.232, why = upper * (projector ? 0.2 : 0.185);
  place(strip_, x2, 0, centre, strip);
  place(hooks_, x2, strip + gap, centre, upper - strip - why - 2 * gap);
  arp_->setGeometry(hooks_->geometry());
  place(why_, x2, upper - why, centre, why);

  packets_->setVisible(!projector);
  console_->setVisible(!projector);
  double y = upper + gap;
  if (!projector) {
    const double list = (w - 3 * gap) * 0.56;
    place(packets_, gap, y, list, lists);
    place(console_, 2 * gap + list, y, w - 3 * gap - list, lists);
    y += lists + gap;
  }
  place(timeline_, gap, y, w - 2 * gap, lanes);
  place(transport_, gap, h - bar, w - 2 * gap, bar);
  packets_->relayout();
  for (QWidget* child : findChildren<QWidget*>()) child->update();
}

}  // namespace lvs::view
