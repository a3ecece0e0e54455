// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/hook-panel.h"

#include <algorithm>

#include "models/walk/roles.h"
#include "models/walk/why-text.h"

namespace lvs::view {

HookPanel::HookPanel(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "hooks", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

bool HookPanel::hasIpvs(trace::HostId host) const {
  const trace::HostInfo* info = session_.info().host(host);
  return info != nullptr && kindOf(*info) == HostKind::director;
}

QRectF HookPanel::mapped(const QRectF& r) const {
  return {origin_.x() + r.x() * unitX_, origin_.y() + r.y() * unitY_, r.width() * unitX_, r.height() * unitY_};
}

QPointF HookPanel::mapped(QPointF p) const { return origin_ + QPointF(p.x() * unitX_, p.y() * unitY_); }

HookPanel::State HookPanel::stateOf(const HookMap::Box& box) const {
  if (box.steps.empty()) return State::unused;
  const int now = session_.moment().step;
  if (std::ranges::find(box.steps, now) != box.steps.end() && !session_.hostPinned()) return State::now;
  if (box.steps.front() < now) return State::passed;
  return session_.veiled() ? State::unused : State::future;
}

void HookPanel::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const Step* step = session_.step();
  if (step == nullptr) return;
  const trace::HostId host = session_.host();
  const trace::HostInfo* info = session_.info().host(host);

  c.text({c.px(12), c.px(6), rect.width() - c.px(24), c.px(18)}, Type::smallBold, c.colors.muted,
         session_.hostName(host) + "  ·  " + (step->headers.arp ? "ARP" : "netfilter"));
  if (info != nullptr && !info->modelled) {
    map_ = {};
    c.text(rect.adjusted(c.px(30), c.px(30), -c.px(30), -c.px(20)), Type::why, c.colors.muted,
           tr("%1 is a real machine: only the frames on its cable are seen, its hooks are not known.")
               .arg(session_.hostName(host)),
           {.align = Qt::AlignCenter, .overflow = Overflow::wrap});
    return;
  }

  // The visit of the current step, or the last one of the host that was clicked.
  const Walk& walk = session_.walk();
  const Visit* visit = &walk.visits[static_cast<std::size_t>(step->visit)];
  if (visit->host != host) {
    visit = nullptr;
    for (const Visit& other : walk.visits) {
      if (other.host == host && (visit == nullptr || other.steps.front() <= session_.moment().step)) visit = &other;
    }
  }
  map_ = visit == nullptr ? hookMapOf(hasIpvs(host), false) : hookMapOf(walk, *visit, hasIpvs(host), session_.info());

  const double top = c.px(20);
  // The map fills the panel, with shapes that stay recognisable.
  unitX_ = rect.width() / kMapWidth;
  unitY_ = (rect.height() - top) / kMapHeight;
  unitX_ = std::min(unitX_, unitY_ * 1.3);
  unitY_ = std::min(unitY_, unitX_ * 1.15);
  // Below the lowest boxes there is room for their verdicts.
  double lowest = 1;
  for (const HookMap::Box& box : map_.boxes) lowest = std::max(lowest, box.rect.bottom());
  const double below = rect.height() - c.px(28);
  unitY_ = std::min(unitY_, (below - top) / lowest);
  const double centred = top + (rect.height() - top - kMapHeight * unitY_) / 2;
  origin_ = {(rect.width() - kMapWidth * unitX_) / 2, std::min(centred, below - lowest * unitY_)};
  drawEdges(c);
  signs_.clear();
  for (const HookMap::Box& box : map_.boxes) drawBox(c, box);
  for (const HookMap::Box& box : map_.boxes) drawBadges(c, box);
  for (const HookMap::Box& box : map_.boxes) addSpot(box);
  for (const QRectF& sign : signs_) spot({sign, tr("IPVS hangs on this hook"), {}, {}});
  if (visit == nullptr) {
    c.text({c.px(12), rect.height() - c.px(24), rect.width() - c.px(24), c.px(18)}, Type::small, c.colors.muted,
           tr("this packet does not pass here"), {.align = Qt::AlignCenter});
  }
}

void HookPanel::drawEdges(Canvas& c) {
  const int now = session_.moment().step;
  for (const bool used : {false, true}) {  // used ones lie on top
    for (const HookMap::Edge& edge : map_.edges) {
      if ((edge.step >= 0 && !(edge.step > now && session_.veiled())) != used) continue;
      const bool future = edge.step > now && used;
      const QColor color = used ? c.colors.accent : c.colors.line;
      QPolygonF line;
      for (const QPointF p : edge.points) line += mapped(p);
      // The line ends where the head begins, or it would show through the tip.
      const QPointF tip = line.back();
      const QPointF from = line[line.size() - 2];
      const QLineF end(from, tip);
      if (end.length() > c.px(8)) line.back() = end.pointAt(1 - c.px(7) / end.length());
      c.painter.setPen(c.pen(color, used ? 3.4 : 1.6, future));
      c.painter.setBrush(Qt::NoBrush);
      c.painter.drawPolyline(line);
      c.arrowHead(tip, from, color, used ? 10 : 8);
    }
  }
  for (const HookMap::Edge& edge : map_.edges) {
    if (edge.label.isEmpty()) continue;
    const QString text = edge.label == "forward" ? tr("forward") : tr("local");
    QPointF at = mapped(edge.labelAt);
    const double w = c.px(80);
    const bool toLeft = edge.to == HookNode::forward;
    const QRectF route = mapped(map_.box(HookNode::route)->rect);
    // In a low map it keeps clear of the number of the diamond, or of its side.
    if (toLeft) {
      at.setY(std::min(at.y(), route.top() - c.px(15)));
    } else {
      const double slope = std::abs(at.y() - c.px(7) - route.center().y()) / (route.height() / 2);
      at.setX(std::max(at.x(), route.center().x() + route.width() / 2 * (1 - std::min(slope, 1.0)) + c.px(5)));
    }
    const QRectF box(toLeft ? at.x() - w : at.x(), at.y() - c.px(9), w, c.px(18));
    c.text(box, Type::smallBold,
           edge.step >= 0 && !(edge.step > now && session_.veiled()) ? c.colors.accent : c.colors.muted, text,
           {.align = (toLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter});
  }
}

void HookPanel::drawBox(Canvas& c, const HookMap::Box& box) {
  const State state = stateOf(box);
  const QRectF rect = mapped(box.rect);
  const Walk& walk = session_.walk();
  const Step* now = session_.step();
  const bool ipvs = box.node == HookNode::ipvs;
  const bool here = state == State::now;
  bool dropped = false;
  for (const int i : box.steps) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    dropped = dropped || (step.failed() && !(session_.veiled() && i > session_.moment().step));
  }
  const QColor strong = dropped ? c.colors.drop : ipvs ? c.colors.ipvs : c.colors.accent;

  QColor fill = c.colors.background, line = c.colors.line, text = c.colors.muted;
  if (state == State::passed) {
    fill = dropped ? c.colors.dropSoft : ipvs ? c.colors.ipvsSoft : c.colors.accentSoft;
    line = strong;
    text = c.colors.text;
  } else if (state == State::future) {
    line = strong;
    text = c.colors.text;
  } else if (here) {
    fill = line = strong;
    text = c.colors.onAccent;
  }
  const double width = state == State::unused ? 1.6 : 2.4;
  const bool dashed = state == State::future;
  const double halo = c.px(5);
  const bool changed = here && now != nullptr && !badgeOf(now->diff.bits).isEmpty() && !now->diff.first;
  QColor glow = c.colors.changedBar;
  glow.setAlphaF(0.4F);
  const auto shape = [&](const QRectF& r) { return ipvs ? hexagon(r, r.height() * 0.32) : diamond(r); };
  if (ipvs || box.node == HookNode::route) {
    if (changed) c.polygon(shape(rect.adjusted(-halo * 1.4, -halo, halo * 1.4, halo)), glow, {}, 0);
    c.polygon(shape(rect), fill, line, width, dashed);
  } else {
    const bool device = box.node == HookNode::in || box.node == HookNode::out;
    if (changed) c.roundRect(rect.adjusted(-halo, -halo, halo, halo), glow, {}, 0, 9);
    c.roundRect(rect, fill, line, width, device ? 1 : 6, dashed);
  }
  const QString label = box.label.isEmpty() ? nodeLabel(box.node) : box.label;
  const double inset = box.node == HookNode::route ? rect.width() * 0.2 : c.px(4);
  const bool device = box.node == HookNode::in || box.node == HookNode::out || box.node == HookNode::route;
  c.text(rect.adjusted(inset, 0, -inset, 0), device ? Type::bodyBold : Type::hook, text, label,
         {.align = Qt::AlignCenter});
  // Hooks that IPVS hangs on have its sign.
  if (map_.box(HookNode::ipvs) != nullptr &&
      (box.node == HookNode::localIn || box.node == HookNode::forward || box.node == HookNode::localOut)) {
    const double r = c.px(6);
    const QPointF corner(rect.right() - c.px(4), rect.top() + c.px(1));
    const QRectF sign(corner.x() - r, corner.y() - r * 0.87, 2 * r, 1.74 * r);
    c.polygon(hexagon(sign, r * 0.5), c.colors.ipvs, c.colors.background, 1.2);
    signs_.push_back(sign);
  }
}

// What happened in a box, in words for its badge and its pill.
HookPanel::Outcome HookPanel::outcomeOf(const HookMap::Box& box) {
  Outcome out;
  unsigned bits = 0;
  bool redirected = false;
  const Step* drop = nullptr;
  for (const int i : box.steps) {
    if (i > session_.moment().step && session_.veiled()) continue;
    const Step& step = session_.walk().steps[static_cast<std::size_t>(i)];
    if (!step.diff.first) bits |= step.diff.bits;
    if (step.data.stage == trace::Stage::wire_out && step.headers.hasLink && !step.headers.arp) bits |= changed::mac;
    redirected = redirected || step.newMac;
    if (step.dropped()) drop = &step;
  }
  // The verdict stands at the box that the packet is in, and at the one where it ended.
  const Step* told = drop != nullptr ? drop : stateOf(box) == State::now ? session_.step() : nullptr;
  if (told != nullptr && box.node == HookNode::route && told->data.verdict == trace::Verdict::accept) told = nullptr;
  if (told != nullptr) {
    out.bad = told->failed();
    const char* sign = out.bad                                        ? "✕ "
                       : told->silent()                               ? "∅ "
                       : told->data.verdict == trace::Verdict::accept ? "✓ "
                       : told->data.verdict == trace::Verdict::stolen ? "↷ "
                                                                      : "… ";
    out.verdict = sign + (told->silent() ? tr("silent") : verdictName(told->data.verdict));
  }
  out.badge = box.node == HookNode::in ? QString() : badgeOf(bits);
  if (!out.badge.isEmpty() && ((bits & changed::rewritten) != 0 || redirected)) out.badge = "✎ " + out.badge;
  return out;
}

QString HookPanel::verdictMeaning(const HookMap::Box& box) const {
  const Step* step = nullptr;
  for (const int i : box.steps) {
    const Step& at = session_.walk().steps[static_cast<std::size_t>(i)];
    if (at.dropped() || (i == session_.moment().step && step == nullptr)) step = &at;
  }
  if (step == nullptr) return {};
  if (step->silent()) return tr("the host was told not to answer for this address");
  switch (step->data.verdict) {
    case trace::Verdict::accept: return tr("the packet goes on");
    case trace::Verdict::drop: return tr("the packet ends here");
    case trace::Verdict::stolen: return tr("the hook took the packet over and sends it on its own way");
    case trace::Verdict::queue: return tr("the packet waits");
  }
  return {};
}

// The verdict stands above the box, or in the lowest row, where cables go up, below it beside what was changed.
void HookPanel::drawBadges(Canvas& c, const HookMap::Box& box) {
  const State state = stateOf(box);
  if (state == State::unused) return;
  const QRectF rect = mapped(box.rect);
  const auto& [badge, verdict, bad] = outcomeOf(box);
  const double verdictWidth = verdict.isEmpty() ? 0 : c.width(Type::badge, verdict) + c.px(16);
  const double badgeWidth = badge.isEmpty() ? 0 : c.width(Type::badge, badge) + c.px(12);
  const bool lowest = box.rect.center().y() > kMapHeight * 0.7;
  // Numbers of INPUT and POSTROUTING are where the lower sides of PREROUTING and FORWARD would have it; that of OUTPUT
  // where POSTROUTING's would, which is seldom changed.
  const HookMap::Box* output = map_.box(HookNode::localOut);
  const bool aboveOutput =
      box.node == HookNode::postRouting && !badge.isEmpty() && output != nullptr && stateOf(*output) != State::unused;
  const bool upper = box.node == HookNode::preRouting || box.node == HookNode::forward || aboveOutput;
  const bool together = lowest || upper;
  // What stands above a box stands clear of its number, which is higher where it is wide or the box is small.
  const bool wide = stepNumbers(box.steps).size() > 2;
  const double above = rect.top() - c.px(28) - (wide ? c.px(5) : 0) - (rect.height() < c.px(32) ? c.px(5) : 0);
  const double row = upper ? above : rect.bottom() + (state == State::now ? c.px(6) : c.px(4));
  const double beside = together && verdictWidth > 0 && badgeWidth > 0 ? c.px(5) : 0;
  const double both = badgeWidth + beside + (together ? verdictWidth : 0);
  const double start = std::clamp(rect.center().x() - both / 2, c.px(2), std::max(width() - both - c.px(2), c.px(2)));
  if (badgeWidth > 0) {
    const QRectF at(start, row, badgeWidth, c.px(18));
    c.roundRect(at, c.colors.changedBack, c.colors.changedBar, 1.4, 3);
    c.text(at, Type::badge, c.colors.text, badge, {.align = Qt::AlignCenter});
  }
  if (verdictWidth > 0) {
    QPointF at(rect.center().x() - verdictWidth / 2 + c.px(6), above);
    if (together) at = {start + badgeWidth + beside, row};
    // Right of the cable up to FORWARD, whose word stands on the left.
    if (box.node == HookNode::route) at = {rect.center().x() + c.px(8), rect.top() - c.px(14)};
    at.setX(std::clamp(at.x(), c.px(2), width() - verdictWidth - c.px(2)));
    const QRectF pill(at, QSizeF(verdictWidth, c.px(18)));
    c.roundRect(pill, bad ? c.colors.drop : c.colors.text, {}, 0, 9);
    c.text(pill, Type::badge, bad ? c.colors.onAccent : c.colors.background, verdict, {.align = Qt::AlignCenter});
    spot({pill, verdict, verdictMeaning(box), {}});
  }
  drawNumbers(c, box, rect);
}

void HookPanel::drawNumbers(Canvas& c, const HookMap::Box& box, const QRectF& rect) {
  const QColor color = box.node == HookNode::ipvs ? c.colors.ipvs : c.colors.accent;
  std::vector<int> known = box.steps;
  if (session_.veiled()) std::erase_if(known, [&](int step) { return step > session_.moment().step; });
  const QString numbers = stepNumbers(known);
  // A wide one grows to the right, and stays above the label.
  const double wide = std::max(0.0, c.width(Type::badge, numbers) + c.px(9) - c.px(19));
  QPointF corner = rect.topLeft() + QPointF(c.px(2) + wide / 2, numbers.size() > 2 ? -c.px(4) : 0);
  // Of a small box it stands clear of the label.
  if (rect.height() < c.px(32)) corner -= QPointF(c.px(4), c.px(5));
  if (box.node == HookNode::route) corner = {rect.left() + rect.width() * 0.1 + wide / 4, rect.top() + c.px(3)};
  c.disc(corner, color, numbers, stateOf(box) == State::future);
}

// What happened in a box, stage by stage; pressed again and again it goes through them.
void HookPanel::addSpot(const HookMap::Box& box) {
  if (box.steps.empty()) return;
  const QString label = box.label.isEmpty() ? nodeLabel(box.node) : box.label;
  QStringList lines;
  for (const int i : box.steps) {
    if (session_.veiled() && i > session_.moment().step) break;
    const trace::Record& record = session_.walk().steps[static_cast<std::size_t>(i)].data;
    lines += QString("%1  %2  %3  %4")
                 .arg(i + 1)
                 .arg(verdictName(record.verdict), QString::fromStdString(record.hook_name), sentenceOf(record))
                 .simplified();
  }
  spot({mapped(box.rect), label, lines.join('\n'), [this, steps = box.steps] {
          const auto next = std::ranges::upper_bound(steps, session_.moment().step);
          session_.go({session_.moment().walk, next == steps.end() ? steps.front() : *next});
        }});
}

}  // namespace lvs::view
