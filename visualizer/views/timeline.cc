// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/timeline.h"

#include <QMouseEvent>
#include <algorithm>
#include <cmath>

#include "models/packet-fields.h"

namespace lvs::view {

Timeline::Timeline(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "timeline", parent), session_(session) {
  connect(&session, &Session::rowsChanged, this, [this] { recount(); });
  connect(&session, &Session::momentChanged, this, [this] { update(); });
  recount();
}

void Timeline::recount() {
  before_.assign(1, 0);
  before_.reserve(session_.rows() + 1);
  for (std::size_t row = 0; row < session_.rows(); ++row) {
    const std::uint32_t count = session_.index().walks()[session_.walkAt(row)].count;
    before_.push_back(before_.back() + std::min<std::uint64_t>(count, kMaxSteps));
  }
  update();
}

void Timeline::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  if (session_.step() == nullptr || before_.size() < 2) return;
  const trace::TraceIndex& index = session_.index();
  const int row = session_.rowOf(session_.moment().walk);
  if (row < 0) return;

  left_ = c.px(style().projector ? 76 : 80);
  unit_ = c.px(9.2);
  const double right = rect.width() - c.px(12);
  const auto inSight = static_cast<std::uint64_t>((right - left_) / unit_);
  const std::uint64_t now = before_[static_cast<std::size_t>(row)] + static_cast<std::uint64_t>(session_.moment().step);
  const std::uint64_t all = before_.back();
  const std::uint64_t third = inSight * 2 / 5;
  offset_ = all <= inSight || now < third ? 0 : std::min(now - third, all - inSight);

  // Which hosts have a lane: those in sight, in the order of the trace's description.
  const auto firstRow = static_cast<std::size_t>(std::ranges::upper_bound(before_, offset_) - before_.begin() - 1);
  std::vector<bool> seen(index.hosts().size());
  const std::uint64_t end = offset_ + inSight;
  const auto eachStage = [&](auto use) {
    for (std::size_t r = firstRow; r < session_.rows() && before_[r] < end; ++r) {
      std::uint64_t at = before_[r];
      std::uint32_t previous = trace::kNoRecord;
      for (std::uint32_t i = index.walks()[session_.walkAt(r)].first; i != trace::kNoRecord && at < before_[r + 1];
           i = index.entry(i).next, ++at) {
        if (at >= end) break;
        if (at >= offset_) use(r, at, i, previous);
        previous = i;
      }
    }
  };
  // A host that only threw away what was not for it needs no lane.
  const auto noise = [&](const trace::IndexEntry& e) {
    const auto is = [](const trace::IndexEntry& entry) { return isNoise(entry.drop, trace::WhyId{entry.why}); };
    return is(e) || (e.next != trace::kNoRecord && is(index.entry(e.next)));
  };
  eachStage([&](std::size_t, std::uint64_t, std::uint32_t i, std::uint32_t) {
    if (!noise(index.entry(i))) seen[index.entry(i).host] = true;
  });
  std::vector<trace::HostId> lanes;
  for (const trace::HostInfo& host : session_.info().hosts) {
    const auto at = std::ranges::find(index.hosts(), host.id);
    const bool some = at != index.hosts().end() && seen[static_cast<std::size_t>(at - index.hosts().begin())];
    if (some || session_.info().hosts.size() <= 5) lanes.push_back(host.id);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] && std::ranges::find(lanes, index.hosts()[i]) == lanes.end()) lanes.push_back(index.hosts()[i]);
  }
  if (lanes.empty()) return;
  const double top = c.px(26);
  const double laneHeight = std::min((rect.height() - top - c.px(5)) / static_cast<double>(lanes.size()), c.px(26));
  const auto laneY = [&](trace::HostId host) {
    const auto at = std::ranges::find(lanes, host) - lanes.begin();
    return top + (static_cast<double>(at) + 0.5) * laneHeight;
  };
  const auto x = [&](std::uint64_t stage) { return left_ + static_cast<double>(stage - offset_) * unit_; };

  // The current packet's span, then lanes, then boundaries of packets.
  const double from = std::max(
      left_,
      left_ + (static_cast<double>(before_[static_cast<std::size_t>(row)]) - static_cast<double>(offset_)) * unit_);
  const double to = std::min(right, x(std::min(before_[static_cast<std::size_t>(row) + 1], end)));
  c.painter.fillRect(QRectF(from, c.px(3), to - from, rect.height() - c.px(7)), c.colors.accentSoft);
  const bool labels = laneHeight >= c.px(11);
  for (const trace::HostId host : lanes) {
    const double y = laneY(host);
    c.painter.setPen(c.pen(c.colors.line, 1));
    c.painter.drawLine(QPointF(left_, y), QPointF(right, y));
    if (!labels) continue;
    const bool current = session_.host() == host;
    c.text({c.px(9), y - laneHeight / 2, left_ - c.px(14), laneHeight}, current ? Type::smallBold : Type::small,
           current ? c.colors.text : c.colors.muted, session_.hostName(host), {.mayElide = true});
  }
  trace::Record record;
  for (std::size_t r = firstRow; r < session_.rows() && before_[r] < end; ++r) {
    const double start =
        std::max(left_, left_ + (static_cast<double>(before_[r]) - static_cast<double>(offset_)) * unit_);
    const double stop = std::min(right, x(std::min(before_[r + 1], end)));
    c.painter.setPen(c.pen(c.colors.line, 1));
    if (before_[r] >= offset_) c.painter.drawLine(QPointF(start, c.px(3)), QPointF(start, rect.height() - c.px(4)));
    const std::uint32_t number = session_.walkAt(r);
    if (stop - start < c.px(26)) continue;
    QString info;
    if (session_.index().record(index.walks()[number].first, record)) {
      info = headersOf(record.bytes).info.section("  ", 0, 0);
    }
    const bool current = static_cast<int>(r) == row;
    c.text({start + c.px(4), c.px(3), stop - start - c.px(6), c.px(20)}, current ? Type::smallBold : Type::small,
           current ? c.colors.text : c.colors.muted, QString("%1 %2").arg(number + 1).arg(info),
           {.overflow = Overflow::elide, .mayElide = true});
  }

  // Boxes. A box of the current packet that passed is full, one to come is pale; a rewrite stands out, a drop is a
  // cross.
  QColor pale = c.colors.accent;
  pale.setAlphaF(0.45F);
  const double h = std::min(laneHeight * 0.56, c.px(13));
  eachStage([&](std::size_t r, std::uint64_t at, std::uint32_t i, std::uint32_t previous) {
    const trace::IndexEntry& entry = index.entry(i);
    if (std::ranges::find(lanes, index.hosts()[entry.host]) == lanes.end()) return;
    const double y = laneY(index.hosts()[entry.host]);
    const bool current = static_cast<int>(r) == row;
    if (current && at > now && session_.veiled()) return;
    const QRectF box(x(at) + 0.5, y - h / 2, unit_ - 1, h);
    if (previous != trace::kNoRecord && at > offset_ && index.entry(previous).host != entry.host &&
        std::ranges::find(lanes, index.hosts()[index.entry(previous).host]) != lanes.end()) {
      c.painter.setPen(c.pen(current ? c.colors.accent : c.colors.muted, 1.2));
      c.painter.drawLine(QPointF(x(at) - unit_ * 0.15, laneY(index.hosts()[index.entry(previous).host])),
                         QPointF(x(at) + unit_ * 0.15, y));
    }
    if (entry.verdict == trace::Verdict::drop && !isNoise(entry.drop, trace::WhyId{entry.why})) {
      c.painter.setPen(c.pen(c.colors.drop, 2.6));
      const double s = std::min(h * 0.55, unit_ * 0.5);
      c.painter.drawLine(box.center() + QPointF(-s, -s), box.center() + QPointF(s, s));
      c.painter.drawLine(box.center() + QPointF(-s, s), box.center() + QPointF(s, -s));
      return;
    }
    const bool rewritten = (entry.flags & trace::entry_flag::rewritten) != 0;
    const QColor color = !current ? c.colors.other : at <= now ? c.colors.accent : pale;
    if (rewritten) {
      c.painter.fillRect(QRectF(box.left(), y - h * 0.8, box.width(), h * 1.6), c.colors.changedBar);
    } else {
      c.painter.fillRect(box, color);
      if (entry.stage == trace::Stage::wire_out) {
        c.painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), c.px(2.4)), c.colors.changedBar);
      }
    }
  });

  const double cursor = x(now) + unit_ / 2;
  c.painter.setPen(c.pen(c.colors.text, 2));
  c.painter.drawLine(QPointF(cursor, c.px(20)), QPointF(cursor, rect.height() - c.px(4)));
  c.polygon(QPolygonF{{cursor - c.px(6), c.px(16)}, {cursor + c.px(6), c.px(16)}, {cursor, c.px(24)}}, c.colors.text,
            {}, 0);
}

void Timeline::mousePressEvent(QMouseEvent* event) { scrub(event->position()); }

void Timeline::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) scrub(event->position());
}

void Timeline::scrub(QPointF at) {
  if (before_.size() < 2 || at.x() < left_) return;
  const std::uint64_t stage =
      std::min(offset_ + static_cast<std::uint64_t>((at.x() - left_) / unit_), before_.back() - 1);
  const auto row = static_cast<std::size_t>(std::ranges::upper_bound(before_, stage) - before_.begin() - 1);
  session_.go({session_.walkAt(row), static_cast<int>(stage - before_[row])});
}

}  // namespace lvs::view
