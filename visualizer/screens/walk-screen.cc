// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/walk-screen.h"

#include <QMouseEvent>
#include <algorithm>

#include "panes/ask-line.h"
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

namespace {

// Of the width: where topology and centre end, and how much of it the list of packets has; of the height: the lists.
const QList<double> kShares{0.215, 0.68, 0.178, 0.56};
const QList<std::pair<double, double>> kShareBounds{{0.1, 0.4}, {0.5, 0.85}, {0.1, 0.45}, {0.25, 0.8}};

constexpr double kSlimLeft = 0.34;

}  // namespace

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
      transport_(new TransportBar(style, session, this)),
      ask_(new AskLine(style, this)),
      shares_(kShares) {
  setMouseTracking(true);
  connect(&session, &Session::momentChanged, this, [this] {
    showMiddle();
    ask_->setHost(session_.hostName(session_.host()));
  });
  connect(static_cast<Timeline*>(timeline_), &Timeline::statesShown, transport_, &TransportBar::setStates);
  connect(ask_, &AskLine::asked, this, &WalkScreen::asked);
  connect(ask_, &AskLine::closed, this, [this] {
    relayout();
    window()->setFocus();
  });
  connect(&run_, &LabRun::ended, this,
          [this](bool, const QString&, const QString& output) { console_->addAnswer(line_, output); });
  showMiddle();
}

// An ARP question passes no hooks: what its hearers make of it stands in their place.
void WalkScreen::showMiddle() {
  const bool arp = ArpView::fits(session_);
  arp_->setVisible(arp);
  hooks_->setVisible(!arp);
}

bool WalkScreen::ask() {
  if (style_.projector) return false;
  console_->setTab(ConsoleView::Tab::console);
  ask_->open(session_.hostName(session_.host()));
  relayout();
  return true;
}

// Tables that the trace has are those of this very stage; for others the lab is run again, up to this instant.
void WalkScreen::asked(const QString& line) {
  const Step* step = session_.step();
  if (step == nullptr) return;
  line_ = line;
  QString text, error;
  if (session_.journal().table(session_.index(), session_.host(), line, step->record, text) && line != "sysctl")
    return console_->addAnswer(line, text);
  const LabCopy copy(session_.carried());
  if (copy.empty()) {
    console_->addAnswer(line, tr("the trace carries no lab to be asked; it has: %1")
                                  .arg(session_.journal().tables(session_.index(), session_.host()).join(", ")));
  } else if (!run_.ask(copy, session_.carried(), session_.timeOf(*step), session_.hostName(session_.host()), line,
                       error)) {
    console_->addAnswer(line, error);
  }
}

void WalkScreen::setShares(const QList<double>& shares) {
  if (shares.size() != kShares.size()) return;
  shares_ = shares;
  for (qsizetype i = 0; i < shares_.size(); ++i) {
    // Also where somebody has written nonsense into the settings.
    if (!(shares_[i] >= kShareBounds[i].first)) shares_[i] = kShareBounds[i].first;
    shares_[i] = std::min(shares_[i], kShareBounds[i].second);
  }
  relayout();
}

int WalkScreen::splitterAt(QPointF at) const {
  if (style_.projector || slim_) return splitters;
  const double near = std::max(4.0, style_.px(6));
  const auto between = [&](int value, int before, int behind) {
    return value >= before - near && value <= behind + near;
  };
  const int x = static_cast<int>(at.x()), y = static_cast<int>(at.y());
  if (y < topology_->geometry().bottom()) {
    if (between(x, topology_->geometry().right(), strip_->geometry().left())) return leftSide;
    if (between(x, strip_->geometry().right(), headers_->geometry().left())) return rightSide;
    return splitters;
  }
  if (between(y, topology_->geometry().bottom(), packets_->geometry().top()) && y < packets_->geometry().top())
    return listsTop;
  const bool lists = y >= packets_->geometry().top() && y <= packets_->geometry().bottom();
  return lists && between(x, packets_->geometry().right(), console_->geometry().left()) ? listsMiddle : splitters;
}

void WalkScreen::mousePressEvent(QMouseEvent* event) { dragged_ = splitterAt(event->position()); }

void WalkScreen::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_ == splitters) {
    const int over = splitterAt(event->position());
    over == splitters ? unsetCursor() : over == listsTop ? setCursor(Qt::SplitVCursor) : setCursor(Qt::SplitHCursor);
    return;
  }
  QList<double> shares = shares_;
  const double across = event->position().x() / std::max(width(), 1);
  if (dragged_ == listsTop) {
    shares[listsTop] = (timeline_->geometry().top() - event->position().y()) / std::max(height(), 1);
  } else {
    shares[dragged_] = across;
  }
  setShares(shares);
}

void WalkScreen::mouseReleaseEvent(QMouseEvent*) { dragged_ = splitters; }

// As they were made.
void WalkScreen::mouseDoubleClickEvent(QMouseEvent* event) {
  if (splitterAt(event->position()) != splitters) setShares(kShares);
}

void WalkScreen::resizeEvent(QResizeEvent*) { relayout(); }

// Packets and tables side by side; beside a pane one of them.
void WalkScreen::placeLists(const QRectF& at) {
  const bool projector = style_.projector;
  packets_->setVisible(!projector && guest_ == nullptr && !slim_);
  console_->setVisible(!projector && (guest_ == nullptr || !slim_));
  if (projector) return;
  const double gap = std::max(4.0, style_.px(6));
  const double list = slim_ ? (guest_ == nullptr ? -gap : at.width()) : (at.width() - gap) * shares_[listsMiddle];
  packets_->setGeometry(QRectF(at.left(), at.top(), std::max(list, 0.0), at.height()).toRect());
  console_->setGeometry(
      QRectF(at.left() + list + gap, at.top(), std::max(at.width() - list - gap, 0.0), at.height()).toRect());
}

void WalkScreen::relayout() {
  const double w = width(), h = height();
  const double gap = std::max(4.0, style_.px(6));
  const auto place = [](QWidget* widget, double x, double y, double width, double height) {
    widget->setGeometry(QRectF(x, y, width, height).toRect());
  };
  const bool projector = style_.projector;
  // Shares of a window of 1280x800 under a bar of 44.
  const double bar = h * (projector ? 0.08 : 0.058);
  const double guest = guest_ == nullptr ? 0 : style_.px(projector ? 200 : 214);
  const double lanes = std::max(h * (projector ? 0.2 : 0.148), projector ? guest : 0);
  const double lists = projector ? 0 : std::max(h * shares_[listsTop], guest);
  const double upper = h - bar - lanes - lists - gap * (projector ? 2 : 3);
  const double left = w * (slim_ ? kSlimLeft : shares_[leftSide]);
  const double centre = slim_ ? w - left - 3 * gap : w * (shares_[rightSide] - shares_[leftSide]);
  const double right = w - left - centre - 4 * gap;
  const double x1 = gap, x2 = x1 + left + gap, x3 = x2 + centre + gap;

  place(topology_, x1, 0, left, upper);
  headers_->setVisible(!slim_);
  if (!slim_) place(headers_, x3, 0, right, upper);
  // With a guest the middle is low, and what is said keeps its lines.
  const double strip = std::max(upper * 0.232, guest > 0 ? style_.px(104) : 0);
  const double why = std::max(upper * 0.2, guest > 0 ? style_.px(82) : 0);
  place(strip_, x2, 0, centre, strip);
  place(hooks_, x2, strip + gap, centre, upper - strip - why - 2 * gap);
  arp_->setGeometry(hooks_->geometry());
  place(why_, x2, upper - why, centre, why);

  double y = upper + gap;
  placeLists(QRectF(gap, y, w - 2 * gap, lists));
  if (!projector) y += lists + gap;
  const bool asks = !ask_->isHidden() && !projector;
  ask_->setVisible(asks);
  const double foot = asks ? style_.px(24) : 0;
  const QRect console = console_->geometry();
  ask_->setGeometry(console.left() + 2, console.bottom() - static_cast<int>(foot), console.width() - 4,
                    static_cast<int>(foot));
  if (foot > 0) ask_->restyle();
  console_->setFoot(foot);
  timeline_->setVisible(!projector || guest_ == nullptr);
  place(timeline_, gap, y, w - 2 * gap, lanes);
  // It is a sibling of this screen.
  if (guest_ != nullptr)
    guest_->setGeometry((projector ? timeline_ : static_cast<QWidget*>(packets_))->geometry().translated(pos()));
  place(transport_, gap, h - bar, w - 2 * gap, bar);
  packets_->relayout();
  for (QWidget* child : findChildren<QWidget*>()) child->update();
}

}  // namespace lvs::view
