// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/compare-screen.h"

#include <algorithm>

#include "drawing/role-color.h"
#include "models/walk/roles.h"

namespace lvs::view {

CompareScreen::CompareScreen(const Style& style, QWidget* parent) : Panel(style, "compare", parent) {}

void CompareScreen::setSessions(const std::vector<Session*>& sessions) {
  sessions_.clear();
  if (sessions.size() >= 2) {
    const std::size_t most = std::min(sessions.size(), kMost);
    sessions_.assign(sessions.begin(), sessions.begin() + static_cast<std::ptrdiff_t>(most));
  }
  for (Session* session : sessions_) {
    disconnect(session, nullptr, this, nullptr);
    connect(session, &Session::rowsChanged, this, [this] { reload(); });
  }
  packets_ = 2;
  from_.clear();
  reload();
  toStart();
}

// The same packet is known in the others by its number at the host where it began.
void CompareScreen::show(Moment moment) {
  if (sessions_.empty()) return;
  const trace::TraceIndex& index = sessions_.front()->index();
  const std::uint64_t connection = index.walks()[moment.walk].connection;
  std::uint32_t first = moment.walk;
  for (std::uint32_t walk = 0; connection != 0 && walk < moment.walk; ++walk) {
    if (index.walks()[walk].connection == connection) first = std::min(first, walk);
  }
  from_.clear();
  for (Session* session : sessions_) {
    const std::uint32_t same = session->index().find_walk(index.walks()[first].id);
    from_.push_back(same == trace::kNoRecord ? firstConnection(*session) : same);
  }
  const auto upTo = [&] {
    int rungs = 0;
    for (const Rung& rung : ladders_.front().rungs) {
      const bool before =
          rung.moment.walk < moment.walk || (rung.moment.walk == moment.walk && rung.moment.step <= moment.step);
      rungs += before ? 1 : 0;
    }
    return rungs;
  };
  for (packets_ = 2; packets_ <= 6; ++packets_) {
    reload();
    if (ladders_.front().rungs.empty() || ladders_.front().rungs.back().moment.walk >= moment.walk) break;
  }
  packets_ = std::min(packets_, 6);
  shown_ = std::clamp(upTo(), 1, std::max(longest(), 1));
  update();
}

void CompareScreen::reload() {
  ladders_.clear();
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    Session& session = *sessions_[i];
    const bool there = i < from_.size() && from_[i] < session.index().walks().size();
    ladders_.push_back(session.empty() ? Ladder{}
                                       : ladderOf(session, there ? from_[i] : firstConnection(session), packets_));
  }
  shown_ = std::clamp(shown_, 1, std::max(longest(), 1));
  update();
}

int CompareScreen::longest() const {
  std::size_t most = 0;
  for (const Ladder& ladder : ladders_) most = std::max(most, ladder.rungs.size());
  return static_cast<int>(most);
}

void CompareScreen::step(int direction) {
  shown_ = std::clamp(shown_ + direction, 1, std::max(longest(), 1));
  update();
}

void CompareScreen::toStart() {
  shown_ = 1;
  update();
}

void CompareScreen::toEnd() {
  shown_ = std::max(longest(), 1);
  update();
}

void CompareScreen::morePackets(int direction) {
  packets_ = std::clamp(packets_ + direction, 1, 6);
  const bool all = shown_ >= longest();
  reload();
  if (all) toEnd();
}

void CompareScreen::paint(Canvas& c, const QRectF& rect) {
  c.painter.fillRect(rect, c.colors.background);
  if (ladders_.empty()) return;
  const double gap = c.px(9);
  const double w =
      (rect.width() - gap * static_cast<double>(ladders_.size() + 1)) / static_cast<double>(ladders_.size());
  for (std::size_t i = 0; i < ladders_.size(); ++i) {
    drawLadder(c, {gap + static_cast<double>(i) * (w + gap), c.px(4), w, rect.height() - c.px(12)}, i);
  }
}

void CompareScreen::drawLadder(Canvas& c, const QRectF& rect, std::size_t which) {
  const Ladder& ladder = ladders_[which];
  Session& session = *sessions_[which];
  c.panelGround(rect);
  const double pad = c.px(13);
  const double left = rect.left() + pad, right = rect.right() - pad;
  QString title = ladder.title.isEmpty() ? QString::fromStdString(session.info().title) : ladder.title;
  c.text({left, rect.top() + c.px(6), right - left, c.px(32)}, Type::huge, c.colors.text, title);
  QString about = QString::fromStdString(session.info().title);
  if (about == title) about = session.path().section('/', -1);
  c.text({left, rect.top() + c.px(37), right - left, c.px(20)}, Type::body, c.colors.muted, about, {.mayElide = true});
  if (ladder.hosts.empty()) {
    c.text(rect.adjusted(pad, 0, -pad, 0), Type::why, c.colors.muted,
           session.error().isEmpty() ? tr("No connection to show") : session.error(),
           {.align = Qt::AlignCenter, .overflow = Overflow::wrap});
    return;
  }

  // Facts below, hosts on top, rungs between.
  const double factHeight = c.px(41);
  const double factsTop = rect.bottom() - factHeight * static_cast<double>(ladder.facts.size()) - c.px(6);
  double y = factsTop;
  for (const auto& [heading, text] : ladder.facts) {
    c.painter.setPen(c.pen(c.colors.faint, 1));
    c.painter.drawLine(QPointF(left, y), QPointF(right, y));
    c.text({left, y + c.px(3), right - left, c.px(15)}, Type::small, c.colors.muted, heading);
    c.text({left, y + c.px(17), right - left, c.px(22)}, Type::hook, c.colors.text, text);
    y += factHeight;
  }

  const double headTop = rect.top() + c.px(64), headHeight = c.px(24);
  const double n = static_cast<double>(ladder.hosts.size());
  const double boxWidth = std::min(c.px(90), (right - left) / n - c.px(6));
  const QRectF area(left + boxWidth / 2, headTop + headHeight, right - left - boxWidth,
                    factsTop - headTop - headHeight - c.px(6));
  const auto x = [&](trace::HostId host) {
    const auto at = static_cast<double>(std::ranges::find(ladder.hosts, host) - ladder.hosts.begin());
    return n < 2 ? area.center().x() : area.left() + area.width() * at / (n - 1);
  };
  for (const trace::HostId host : ladder.hosts) {
    c.painter.setPen(c.pen(c.colors.line, 2.2));
    c.painter.drawLine(QPointF(x(host), headTop + headHeight), QPointF(x(host), area.bottom()));
    const QRectF box(x(host) - boxWidth / 2, headTop, boxWidth, headHeight);
    c.roundRect(box, c.colors.background, c.colors.line, 1.6, 4);
    c.text(box.adjusted(c.px(4), 0, -c.px(4), 0), Type::bodyBold, c.colors.text, session.hostName(host),
           {.align = Qt::AlignCenter});
  }

  // A rung carries chips above its arrow, two lines of them in a tunnel.
  const double height = std::min(c.px(96), area.height() / std::max<double>(static_cast<double>(longest()), 1));
  const bool tunnel =
      std::ranges::any_of(ladder.rungs, [](const Rung& rung) { return rung.headers.outerSrc.has_value(); });
  const double below = height >= c.px(tunnel ? 84 : 62) ? c.px(27) : c.px(9);
  for (std::size_t i = 0; i < ladder.rungs.size() && static_cast<int>(i) < shown_; ++i) {
    const QRectF row(area.left(), area.top() + height * static_cast<double>(i), area.width(), height);
    drawRung(c, session, ladder, ladder.rungs[i], row, below, static_cast<int>(i) + 1,
             static_cast<int>(i) + 1 == shown_);
  }
}

// `below`: the room under the arrow, in which the machine stands that the frame is for, or why it ended.
void CompareScreen::drawRung(Canvas& c, Session& session, const Ladder& ladder, const Rung& rung, const QRectF& area,
                             double below, int number, bool last) {
  const double y = area.bottom() - below;
  const double n = static_cast<double>(ladder.hosts.size());
  const auto x = [&](trace::HostId host) {
    const auto at = static_cast<double>(std::ranges::find(ladder.hosts, host) - ladder.hosts.begin());
    return n < 2 ? area.center().x() : area.left() + area.width() * at / (n - 1);
  };
  const double from = x(rung.from);
  double to = x(rung.to);
  for (const trace::HostId hearer : rung.hearers) {
    if (std::abs(x(hearer) - from) > std::abs(to - from)) to = x(hearer);
  }
  const QColor color = rung.dropped ? c.colors.drop : rung.reply ? c.colors.text : c.colors.accent;
  const double tip = to + (to > from ? -c.px(2) : c.px(2));
  c.painter.setPen(c.pen(color, last ? 4 : 2.8));
  c.painter.drawLine(QPointF(from, y), QPointF(tip + (to > from ? -c.px(8) : c.px(8)), y));
  c.arrowHead({tip, y}, {from, y}, color, 11);
  for (const trace::HostId hearer : rung.hearers) {
    c.painter.setBrush(color);
    c.painter.drawEllipse(QPointF(x(hearer), y), c.px(3), c.px(3));
  }
  if (rung.dropped && below <= c.px(20))
    c.text({tip - c.px(8), y - c.px(22), c.px(18), c.px(18)}, Type::hook, c.colors.drop, "✕",
           {.align = Qt::AlignCenter});
  const double middle = (from + to) / 2;
  const double room = std::abs(to - from) - c.px(10);
  if (rung.arp) {
    const QString about =
        shortName(session.info(), rung.headers.arpRequest ? rung.headers.arpTarget : rung.headers.arpSender);
    const QString said = rung.headers.arpRequest ? tr("who has %1?").arg(about)
                                                 : tr("%1 is at %2").arg(about, session.hostName(rung.from));
    const double w = std::max(std::min(c.width(Type::bodyBold, said) + 2, area.width()), c.px(20));
    const double x0 = std::clamp(middle - w / 2, area.left(), std::max(area.right() - w, area.left()));
    c.roundRect({x0 - c.px(3), y - c.px(24), w + c.px(6), c.px(18)}, c.colors.panel, {}, 0, 3);
    c.text({x0, y - c.px(24), w, c.px(18)}, Type::bodyBold, c.colors.text, said, {.align = Qt::AlignCenter});
  } else {
    drawChips(c, session, rung, {middle, y - c.px(6)}, room, area.height() - below - c.px(8));
  }
  c.disc({from, y}, color, QString::number(number), false);
  if (below > c.px(20)) drawBelow(c, session, rung, area, {from, y}, to);
}

// Why it ended, or which machine the frame is for: the one thing that DR changes.
void CompareScreen::drawBelow(Canvas& c, Session& session, const Rung& rung, const QRectF& area, QPointF start,
                              double to) {
  const double y = start.y(), middle = (start.x() + to) / 2, room = std::abs(to - start.x()) - c.px(10);
  if (rung.dropped) {
    const QString why = "✕ " + rung.reason;
    const double w = std::min(c.width(Type::badge, why) + c.px(10), area.width());
    const double x0 = std::clamp(to - w / 2, area.left() - c.px(40), area.right() + c.px(40) - w);
    c.roundRect({x0, y + c.px(5), w, c.px(18)}, c.colors.panel, {}, 0, 3);
    c.text({x0, y + c.px(5), w, c.px(18)}, Type::badge, c.colors.drop, why, {.align = Qt::AlignCenter});
    return;
  }

  if (rung.headers.macDst && !rung.arp) {
    const trace::HostInfo* owner = hostOf(session.info(), *rung.headers.macDst);
    const QString text = "MAC→" + (owner != nullptr ? QString::fromStdString(owner->name)
                                                    : QString::fromStdString(rung.headers.macDst->text()));
    const double w = std::min(c.width(Type::monoBold, text) + c.px(12), std::max(room, c.px(40)));
    const QRectF at(middle - w / 2, y + c.px(5), w, c.px(18));
    const trace::HostInfo* sender = session.info().host(rung.from);
    const bool onlyMac = sender != nullptr && kindOf(*sender) == HostKind::director && !rung.reply &&
                         (rung.bits & changed::mac) != 0 && (rung.bits & changed::rewritten) == 0;
    c.roundRect(at, onlyMac ? c.colors.changedBack : c.colors.panel, onlyMac ? c.colors.changedBar : QColor(), 1.4, 3);
    c.text(at, Type::monoBold, onlyMac ? c.colors.text : c.colors.muted, text, {.align = Qt::AlignCenter});
  }
}

void CompareScreen::drawChips(Canvas& c, Session& session, const Rung& rung, QPointF bottom, double room,
                              double height) {
  const Headers& h = rung.headers;
  if (!h.src || !h.dst) return;
  const bool tunnel = h.outerSrc.has_value();
  const double size = std::min({1.5, height / c.px(tunnel ? 52 : 27), 1.5});
  const double chipHeight = c.px(17) * size;
  const auto line = [&](double y, const Endpoint& a, const Endpoint& b, bool srcNew, bool dstNew, double scale) {
    const QString left = shortName(session.info(), a.address), right = shortName(session.info(), b.address);
    const double gap = c.px(26) * scale;
    double chip = scale;
    const double wide = c.chipWidth(left, chip) + gap + c.chipWidth(right, chip);
    if (wide > room) chip *= std::max(room / wide, 0.5);
    const double lw = c.chipWidth(left, chip), rw = c.chipWidth(right, chip);
    double x = bottom.x() - (lw + gap + rw) / 2;
    const auto mark = [&](double at, double width) {
      c.roundRect({at - c.px(4), y - chipHeight / 2 - c.px(4), width + c.px(8), chipHeight + c.px(8)},
                  c.colors.changedBack, c.colors.changedBar, 1.8, 4);
    };
    const auto color = [&](const Endpoint& e) {
      const Role role = roleOf(session.info(), e.address);
      return role.name.isEmpty() ? c.colors.muted : colorOf(role.kind, c.colors);
    };
    if (srcNew) mark(x, lw);
    c.chip({x, y}, color(a), left, chip);
    x += lw;
    c.text({x, y - c.px(9), gap, c.px(18)}, Type::bodyBold, c.colors.text, "→",
           {.align = Qt::AlignCenter, .factor = std::clamp(scale, 0.7, 1.0)});
    x += gap;
    if (dstNew) mark(x, rw);
    c.chip({x, y}, color(b), right, chip);
  };
  if (!tunnel) {
    const bool natSource = (rung.bits & (changed::source | changed::sourcePort)) != 0;
    const bool natDestination = (rung.bits & (changed::destination | changed::destinationPort)) != 0;
    return line(bottom.y() - chipHeight / 2 - c.px(natSource || natDestination ? 4 : 1), *h.src, *h.dst, natSource,
                natDestination, size);
  }
  const double inner = bottom.y() - chipHeight / 2 - c.px(7);
  const double outer = inner - chipHeight - c.px(7);
  const double w = std::min(room + c.px(8), c.px(150) * size);
  const QRectF box(bottom.x() - w / 2, outer - chipHeight / 2 - c.px(4), w, inner - outer + chipHeight + c.px(9));
  const bool fresh = (rung.bits & changed::encapsulated) != 0;
  c.roundRect(box, fresh ? c.colors.changedBack : c.colors.panel, fresh ? c.colors.changedBar : c.colors.muted, 1.8, 5);
  line(outer, *h.outerSrc, *h.outerDst, false, false, size * 0.92);
  c.roundRect({box.left() + c.px(4), inner - chipHeight / 2 - c.px(1), box.width() - c.px(8), chipHeight + c.px(3)},
              c.colors.panel, c.colors.muted, 1.3, 4, true);
  line(inner, *h.src, *h.dst, false, false, size * 0.85);
}

}  // namespace lvs::view
