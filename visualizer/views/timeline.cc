// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/timeline.h"

#include <QMouseEvent>
#include <algorithm>

#include "models/walk/packet-fields.h"

namespace lvs::view {

Timeline::Timeline(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "timeline", parent), session_(session) {
  connect(&session, &Session::rowsChanged, this, [this] { recount(); });
  connect(&session, &Session::momentChanged, this, [this] { update(); });
  recount();
}

void Timeline::recount() {
  axis_.recount(session_);
  rotation_.clear();
  states_.clear();
  for (const trace::HostInfo& host : session_.info().hosts) {
    if (auto states = vrrpStatesOf(session_, host.id); !states.empty()) states_[host.id] = std::move(states);
  }
  update();
}

double Timeline::x(std::uint64_t stage) const {
  return left_ + (static_cast<double>(stage) - static_cast<double>(axis_.offset())) * unit_;
}

double Timeline::y(std::size_t lane) const { return top_ + (static_cast<double>(lane) + 0.5) * laneHeight_; }

void Timeline::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  left_ = c.px(style().projector ? 76 : 80);
  unit_ = c.px(9.2);
  right_ = rect.width() - c.px(12);
  if (!axis_.look(session_, static_cast<std::uint64_t>((right_ - left_) / unit_))) return;
  top_ = c.px(26);
  laneHeight_ = std::min((rect.height() - top_ - c.px(5)) / static_cast<double>(axis_.laneCount()), c.px(26));

  drawSpan(c, rect);
  const auto before = std::pair(masters_, failures_);
  masters_ = failures_ = false;
  drawLanes(c);
  if (before != std::pair(masters_, failures_)) Q_EMIT statesShown(masters_, failures_);
  for (const StageAxis::Packet& packet : axis_.packets()) drawPacket(c, packet, rect.height());
  for (const StageAxis::Box& box : axis_.boxes()) drawBox(c, box);
  drawCursor(c, rect.height());
}

// Where on the screen a packet is in sight.
std::pair<double, double> Timeline::span(const StageAxis::Packet& packet) const {
  return {
      std::max(left_, x(packet.begin)),
      std::min(right_, x(std::min(packet.end, axis_.offset() + static_cast<std::uint64_t>((right_ - left_) / unit_))))};
}

void Timeline::drawSpan(Canvas& c, const QRectF& rect) {
  const auto current = std::ranges::find(axis_.packets(), true, &StageAxis::Packet::current);
  if (current == axis_.packets().end()) return;
  const auto [from, to] = span(*current);
  c.painter.fillRect(QRectF(from, c.px(3), to - from, rect.height() - c.px(7)), c.colors.accentSoft);
}

void Timeline::drawLanes(Canvas& c) {
  for (std::size_t lane = 0; lane < axis_.laneCount(); ++lane) {
    c.painter.setPen(c.pen(c.colors.faint, 1));
    c.painter.drawLine(QPointF(left_, y(lane)), QPointF(right_, y(lane)));
    const bool others = lane >= axis_.lanes().size();
    if (!others) drawStates(c, lane), drawRotation(c, lane);
    const bool current = !others && session_.host() == axis_.lanes()[lane];
    const QString name =
        others ? tr("%n other(s)", nullptr, static_cast<int>(axis_.others())) : session_.hostName(axis_.lanes()[lane]);
    const QRectF box(c.px(9), y(lane) - laneHeight_ / 2, left_ - c.px(14), laneHeight_);
    c.text(box, current ? Type::smallBold : Type::small, current ? c.colors.text : c.colors.muted, name,
           {.mayElide = true, .factor = std::clamp(laneHeight_ / c.px(15), 0.6, 1.0)});
  }
}

// A director's lane says what it is: a broad line for the master, a dashed one for one that has failed.
void Timeline::drawStates(Canvas& c, std::size_t lane) {
  const auto own = states_.find(axis_.lanes()[lane]);
  if (own == states_.end()) return;
  for (const StageAxis::Packet& packet : axis_.packets()) {
    const trace::WalkEntry& walk = session_.index().walks()[session_.walkAt(packet.row)];
    const VrrpState* state = stateAt(own->second, walk.first);
    if (state == nullptr || state->kind == VrrpState::Kind::backup) continue;
    const bool master = state->kind == VrrpState::Kind::master;
    drawState(c, lane, packet, master,
              session_.hostName(own->first) + ": " +
                  (master                                  ? QString("MASTER")
                   : state->kind == VrrpState::Kind::fault ? QString("FAULT")
                                                           : tr("was MASTER, is not heard any more")));
  }
}

// A server's lane says when it gets no connections.
void Timeline::drawRotation(Canvas& c, std::size_t lane) {
  const trace::HostId host = axis_.lanes()[lane];
  for (const StageAxis::Packet& packet : axis_.packets()) {
    const trace::WalkEntry& walk = session_.index().walks()[session_.walkAt(packet.row)];
    const Rotation::State state = rotation_.of(session_, host, walk.first);
    if (state != Rotation::State::drained && state != Rotation::State::out) continue;
    const QString name = session_.hostName(host);
    drawState(c, lane, packet, false,
              state == Rotation::State::out ? tr("%1 is in no director's table: it gets nothing").arg(name)
                                            : tr("%1 has weight 0: it gets no new connections").arg(name));
  }
}

void Timeline::drawState(Canvas& c, std::size_t lane, const StageAxis::Packet& packet, bool good, const QString& said) {
  if (session_.veiled() && packet.begin > axis_.now()) return;
  const auto [from, to] = span(packet);
  QColor color = good ? c.colors.ipvs : c.colors.drop;
  color.setAlphaF(0.55F);
  c.painter.setPen(QPen(color, good ? c.px(5) : c.px(3), good ? Qt::SolidLine : Qt::DashLine, Qt::FlatCap));
  c.painter.drawLine(QPointF(from, y(lane) + laneHeight_ * 0.42), QPointF(to, y(lane) + laneHeight_ * 0.42));
  spot({{from, y(lane) - laneHeight_ / 2, to - from, laneHeight_}, said, {}, {}});
  (good ? masters_ : failures_) = true;
}

void Timeline::drawPacket(Canvas& c, const StageAxis::Packet& packet, double height) {
  const auto [start, stop] = span(packet);
  if (session_.veiled() && packet.begin > axis_.now()) return;
  c.painter.setPen(c.pen(c.colors.faint, 1));
  if (packet.begin >= axis_.offset()) c.painter.drawLine(QPointF(start, c.px(3)), QPointF(start, height - c.px(4)));
  const std::uint32_t number = session_.walkAt(packet.row);
  const Type type = packet.current ? Type::smallBold : Type::small;
  const QColor color = packet.current ? c.colors.text : c.colors.muted;
  const QRectF room(start + c.px(4), c.px(3), stop - start - c.px(6), c.px(20));
  // A number is whole or not there; the words behind it may be cut when some of them are to be read.
  const QString counted = QString::number(number + 1);
  if (room.width() < c.width(type, counted)) return;
  if (room.width() < c.width(type, counted + " SYN…")) {
    c.text(room, type, color, counted);
    return;
  }
  trace::Record record;
  QString info;
  if (session_.index().record(session_.index().walks()[number].first, record)) {
    info = headersOf(record.bytes).info.section("  ", 0, 0);
  }
  c.text(room, type, color, counted + " " + info, {.overflow = Overflow::elide, .mayElide = true});
}

// A box of the current packet that passed is full, one to come is pale; a rewrite stands out, a drop is a cross.
void Timeline::drawBox(Canvas& c, const StageAxis::Box& box) {
  const double h = std::min(laneHeight_ * 0.56, c.px(13));
  const double middle = y(box.lane);
  const QRectF place(x(box.at) + 0.5, middle - h / 2, unit_ - 1, h);
  if (box.from >= 0) {
    c.painter.setPen(c.pen(box.current ? c.colors.accent : c.colors.muted, 1.2));
    c.painter.drawLine(QPointF(x(box.at) - unit_ * 0.15, y(static_cast<std::size_t>(box.from))),
                       QPointF(x(box.at) + unit_ * 0.15, middle));
  }
  if (box.dropped) {
    c.painter.setPen(c.pen(c.colors.drop, 2.6));
    const double s = std::min(h * 0.55, unit_ * 0.5);
    c.painter.drawLine(place.center() + QPointF(-s, -s), place.center() + QPointF(s, s));
    c.painter.drawLine(place.center() + QPointF(-s, s), place.center() + QPointF(s, -s));
    return;
  }
  if (box.silent) {
    c.painter.setPen(c.pen(c.colors.muted, 1.8));
    c.painter.setBrush(Qt::NoBrush);
    c.painter.drawEllipse(place.center(), unit_ * 0.42, unit_ * 0.42);
    return;
  }
  if (box.rewritten) {
    c.painter.fillRect(QRectF(place.left(), middle - h * 0.8, place.width(), h * 1.6), c.colors.changedBar);
    return;
  }
  QColor pale = c.colors.accent;
  pale.setAlphaF(0.45F);
  c.painter.fillRect(place, !box.current ? c.colors.other : box.at <= axis_.now() ? c.colors.accent : pale);
  if (box.sent) {
    c.painter.fillRect(QRectF(place.left(), place.bottom(), place.width(), c.px(2.4)), c.colors.changedBar);
  }
}

void Timeline::drawCursor(Canvas& c, double height) {
  const double cursor = x(axis_.now()) + unit_ / 2;
  c.painter.setPen(c.pen(c.colors.text, 2));
  c.painter.drawLine(QPointF(cursor, c.px(20)), QPointF(cursor, height - c.px(4)));
  c.polygon(QPolygonF{{cursor - c.px(6), c.px(16)}, {cursor + c.px(6), c.px(16)}, {cursor, c.px(24)}}, c.colors.text,
            {}, 0);
}

void Timeline::mousePressEvent(QMouseEvent* event) { scrub(event->position()); }

void Timeline::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) scrub(event->position());
}

void Timeline::scrub(QPointF at) {
  if (at.x() < left_) return;
  const auto stage = axis_.offset() + static_cast<std::uint64_t>((at.x() - left_) / unit_);
  if (const auto moment = axis_.momentAt(session_, stage)) session_.go(*moment);
}

}  // namespace lvs::view
