// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/topology-view.h"

#include <QRegularExpression>
#include <algorithm>
#include <numeric>

#include "drawing/role-color.h"
#include "models/session/addresses.h"
#include "models/session/still.h"
#include "models/walk/packet-fields.h"

namespace lvs::view {

TopologyView::TopologyView(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "topology", parent), session_(session) {
  connect(&session, &Session::opened, this, [this] { update(); });
  connect(&session, &Session::rowsChanged, this, [this] { update(); });
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

void TopologyView::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const trace::RunInfo& info = session_.info();
  QString title = tr("Topology");
  if (!info.title.empty()) {
    QString run = QString::fromStdString(info.title);
    // A sweep's point has no name but this.
    static const QRegularExpression sweep("^(NAT|DR|TUN) with (\\d+) servers?$");
    if (const auto match = sweep.match(run); match.hasMatch())
      run = tr("%1 with %n server(s)", nullptr, match.captured(2).toInt()).arg(match.captured(1));
    title += "  ·  " + run;
  }
  c.text({c.px(10), c.px(6), rect.width() - c.px(20), c.px(18)}, Type::smallBold, c.colors.muted, title,
         {.mayElide = true});
  const Step* step = session_.step();
  std::vector<trace::HostId> concerned;
  if (step != nullptr) concerned = concernedBy(session_.walk());
  if (step != nullptr && session_.hostPinned()) concerned.insert(concerned.begin(), session_.host());
  topology_ = topologyOf(info, concerned);
  const bool real = std::ranges::any_of(info.hosts, [](const trace::HostInfo& h) { return !h.modelled; });
  const double bottom = real ? c.px(40) : c.px(10);
  area_ = QRectF(c.px(4), c.px(36), rect.width() - c.px(8), rect.height() - c.px(36) - bottom);
  if (real) {
    c.text({c.px(10), rect.height() - c.px(38), rect.width() - c.px(20), c.px(34)}, Type::small, c.colors.muted,
           tr("dashed: real machines, without hooks here"), {.overflow = Overflow::wrap});
  }
  placeRows(c);
  drawBuses(c);
  for (std::size_t row = 0; row < topology_.rows.size(); ++row) drawRow(c, row);
  if (step == nullptr) return;
  const std::size_t here = topology_.rowOf(step->data.host);
  if (here < boxes_.size()) drawEnvelope(c, boxes_[here].topRight() - QPointF(c.px(18), 0), step->failed());
}

// Rows take what their lines need; where that is too much, servers say everything in one line, then all shrink.
void TopologyView::placeRows(Canvas& c) {
  labels_.clear();
  boxes_.clear();
  lane_ = c.px(17);
  const double left = area_.left() + topology_.left * lane_ + c.px(4);
  const double right = area_.right() - topology_.right * lane_ - c.px(4);
  std::vector<double> heights;
  const auto needed = [&] { return std::accumulate(heights.begin(), heights.end(), 0.0); };
  for (const Topology::Row& row : topology_.rows) {
    labels_.push_back(labelOf(row, c.colors));
    heights.push_back(c.px(20) * static_cast<double>(labels_.back().lines.size() + 1) + c.px(10));
  }
  const double least = c.px(12);
  const double room = area_.height() - least * static_cast<double>(heights.size());
  for (std::size_t i = heights.size(); i-- > 0 && needed() > room;) {
    if (topology_.rows[i].kind == HostKind::server) heights[i] = c.px(28);
  }
  for (std::size_t i = 0; i < heights.size() && needed() > room; ++i) {
    if (topology_.rows[i].kind != HostKind::director) heights[i] = std::min(heights[i], c.px(28));
  }
  const double squeeze = std::min(1.0, room / std::max(needed(), 1.0));
  const double gap =
      heights.empty() ? 0
                      : std::min((area_.height() - needed() * squeeze) / static_cast<double>(heights.size()), c.px(44));
  const double used = needed() * squeeze + gap * static_cast<double>(heights.size());
  double y = area_.top() + (area_.height() - used) / 2 + gap / 2;
  for (const double height : heights) {
    boxes_.push_back({left, y, right - left, height * squeeze});
    y += height * squeeze + gap;
  }
}

double TopologyView::laneX(int lane) const {
  if (boxes_.empty()) return 0;
  return lane > 0 ? boxes_.front().left() - lane_ * (lane - 0.35) : boxes_.front().right() + lane_ * (-lane - 0.35);
}

void TopologyView::drawBuses(Canvas& c) {
  for (const Topology::Bus& bus : topology_.buses) {
    const double x = laneX(bus.lane);
    const QPointF top(x, boxes_[bus.rows.front()].center().y() - c.px(9));
    const QPointF bottom(x, boxes_[bus.rows.back()].center().y() + c.px(9));
    const bool shared = bus.rows.size() > 2 || topology_.rows[bus.rows.back()].group();
    c.painter.setPen(c.pen(c.colors.line, shared ? 5 : 2));
    c.painter.drawLine(top, bottom);
    c.painter.setPen(c.pen(c.colors.line, 2));
    for (const std::size_t row : bus.rows) {
      const QRectF& box = boxes_[row];
      c.painter.drawLine(QPointF(x, box.center().y()),
                         QPointF(bus.lane > 0 ? box.left() : box.right(), box.center().y()));
    }
    const auto& segments = session_.info().segments;
    if (static_cast<std::size_t>(bus.segment) < segments.size()) {
      QStringList names;
      for (const std::size_t row : bus.rows) names += labels_[row].name;
      spot({{x - c.px(6), top.y(), c.px(12), bottom.y() - top.y()},
            QString::fromStdString(segments[static_cast<std::size_t>(bus.segment)].name),
            names.join(", "),
            {}});
    }
  }
  if (session_.step() == nullptr) return;
  const Walk& walk = session_.walk();
  const int now = session_.moment().step;
  const int beat = session_.story() ? session_.beat() : -1;
  const auto isNow = [&](const Hop& hop) {
    if (beat < 0) return hop.in == now || hop.out == now;
    const Beat& shown = session_.beats()[static_cast<std::size_t>(beat)];
    return (hop.out >= shown.first && hop.out <= shown.last) || hop.in == now;
  };
  const std::vector<Hop> hops = hopsOf(walk);
  for (const bool past : {false, true}) {
    for (const Hop& hop : hops) {
      if ((hop.in <= now) == past && (past || !session_.veiled())) drawHop(c, hop, !past, isNow(hop));
    }
  }
}

void TopologyView::drawHop(Canvas& c, const Hop& hop, bool future, bool now) {
  if (hop.out < 0 || hop.in < 0) return;
  const Walk& walk = session_.walk();
  const trace::HostId a = walk.steps[static_cast<std::size_t>(hop.out)].data.host;
  const trace::HostId b = walk.steps[static_cast<std::size_t>(hop.in)].data.host;
  const std::size_t at = topology_.busOf(a, b);
  if (at >= topology_.buses.size()) return;
  const Topology::Bus& bus = topology_.buses[at];
  const double x = laneX(bus.lane);
  const QRectF& from = boxes_[topology_.rowOf(a)];
  const QRectF& to = boxes_[topology_.rowOf(b)];
  const auto edge = [&](const QRectF& box) {
    return QPointF(bus.lane > 0 ? box.left() : box.right(), box.center().y());
  };
  c.painter.setPen(c.pen(c.colors.accent, now && !future ? 5 : 3, future));
  c.painter.setBrush(Qt::NoBrush);
  c.painter.drawPolyline(QPolygonF{edge(from), {x, from.center().y()}, {x, to.center().y()}, edge(to)});
  if (now && !future) c.arrowHead(edge(to), {x, to.center().y()}, c.colors.accent, 9);
}

TopologyView::Label TopologyView::labelOf(const Topology::Row& row, const Palette& colors) const {
  Label out;
  out.name = session_.hostName(row.hosts.front());
  if (row.group()) {
    out.name = tr("%1 … %2").arg(out.name, session_.hostName(row.hosts.back()));
    out.lines.push_back({{}, tr("%n host(s)", nullptr, static_cast<int>(row.hosts.size())), colors.muted, true});
    return out;
  }
  if (const trace::HostInfo* host = session_.info().host(row.hosts.front())) addAddresses(*host, row.kind, colors, out);
  return out;
}

bool TopologyView::still(trace::HostId host) const {
  const Step* step = session_.step();
  return step != nullptr && keepsStill(session_, host, step->record);
}

// Addresses with a role come first.
void TopologyView::addAddresses(const trace::HostInfo& host, HostKind kind, const Palette& colors, Label& out) const {
  const Step* step = session_.step();
  for (const HeldAddress& held : addressesAt(session_, host.id, step == nullptr ? 0 : step->record)) {
    const Role role = roleOf(session_.info(), held.address);
    const QColor color = role.name.isEmpty() ? colors.muted : colorOf(role.kind, colors);
    const bool onCard = held.interface.startsWith("eth");
    // Where it is balanced from, or where nothing is, it is what the host is known by. Else it stands where the
    // director's does, too: on lo or tunl0 it must not answer ARP, on a real card it would.
    const bool known = kind == HostKind::director || (kind == HostKind::other && onCard);
    if (role.kind == Role::Kind::virtualService && !known) {
      out.lines.push_back({role.name,
                           still(host.id) ? tr("on %1, no ARP").arg(held.interface) : tr("on %1").arg(held.interface),
                           color, true});
    } else {
      out.lines.push_back({role.name, textOf(held.address), color});
    }
  }
  std::ranges::stable_sort(out.lines, {}, [](const Line& line) {
    return line.chip.startsWith("VIP") && !line.quiet ? 0 : line.quiet ? 2 : 1;
  });
}

QString TopologyView::describe(const Topology::Row& row, const Label& label) const {
  QStringList out;
  for (const Line& line : label.lines) out += (line.chip + " " + line.text).trimmed();
  if (row.group()) {
    out.clear();
    for (const trace::HostId host : row.hosts) out += session_.hostName(host);
  }
  return out.join(", ");
}

void TopologyView::drawRow(Canvas& c, std::size_t at) {
  const Topology::Row& row = topology_.rows[at];
  const QRectF& box = boxes_[at];
  const trace::HostInfo* host = session_.info().host(row.hosts.front());
  const bool modelled = row.group() || host == nullptr || host->modelled;
  const bool here = session_.step() != nullptr && !row.group() && session_.host() == row.hosts.front();
  const QColor line = here ? c.colors.accent : c.colors.line;
  const QColor fill = here ? c.colors.accentSoft : c.colors.background;
  const double width = here ? 3 : 1.6;
  if (row.group()) {
    for (const double shift : {c.px(6), c.px(3)})
      c.roundRect(box.translated(-shift, shift), c.colors.panel, c.colors.line, 1.4, 5);
  }
  if (row.kind == HostKind::director) {
    c.polygon(hexagon(box, c.px(12)), fill, line, width, !modelled);
  } else {
    c.roundRect(box, fill, line, width, row.kind == HostKind::client ? std::min(18.0, box.height() / c.px(2.6)) : 6,
                !modelled);
  }
  const double pad = row.kind == HostKind::director ? c.px(12) : c.px(6);
  const QRectF inside = box.adjusted(pad, 0, -pad, 0);
  box.height() < c.px(20) * static_cast<double>(labels_[at].lines.size() + 1)
      ? drawCompact(c, inside, labels_[at], row.group())
      : drawLabel(c, inside, labels_[at]);
  const trace::HostId first = row.hosts.front();
  spot({box, labels_[at].name, describe(row, labels_[at]), [this, first] { session_.selectHost(first); }});
}

void TopologyView::drawLabel(Canvas& c, const QRectF& inside, const Label& label) {
  const double row = c.px(20);
  double y = inside.center().y() - row * static_cast<double>(label.lines.size() + 1) / 2;
  c.text({inside.left(), y, inside.width(), row}, Type::bodyBold, c.colors.text, label.name,
         {.align = Qt::AlignCenter});
  for (const Line& one : label.lines) {
    y += row;
    const Type type = one.quiet                                           ? Type::small
                      : one.chip.isEmpty() && one.color == c.colors.muted ? Type::mono
                                                                          : Type::monoBold;
    const double chipWidth = one.chip.isEmpty() ? 0 : c.chipWidth(one.chip) + c.px(5);
    const double textWidth = std::min(c.width(type, one.text) + 1, inside.width() - chipWidth);
    const double x = inside.center().x() - (chipWidth + textWidth) / 2;
    if (chipWidth > 0) c.chip({x, y + row / 2}, one.color, one.chip);
    c.text({x + chipWidth, y, textWidth, row}, type, one.color, one.text, {.align = Qt::AlignCenter});
  }
}

// In one line: the name, and of the addresses what there is room for. The name comes first.
void TopologyView::drawCompact(Canvas& c, const QRectF& inside, const Label& label, bool group) {
  const double nameWidth = std::min(c.width(Type::bodyBold, label.name) + 2, inside.width());
  double room = inside.width() - nameWidth - c.px(6);
  double x = inside.left() + nameWidth + c.px(6);
  c.text({inside.left(), inside.top(), nameWidth, inside.height()}, Type::bodyBold, c.colors.text, label.name);
  const QString more = "…";
  const double dots = c.width(Type::bodyBold, more) + 2;
  bool all = true;
  for (const Line& one : label.lines) {
    const double chip = one.chip.isEmpty() ? 0 : c.chipWidth(one.chip) + c.px(4);
    const double text = c.width(Type::mono, one.text) + 2;
    const double free = &one == &label.lines.back() && all ? room : room - dots;
    const bool whole = !one.quiet && chip + text <= free;
    if (!whole && (chip == 0 || chip > free)) {
      all = false;
      continue;
    }
    if (chip > 0) c.chip({x, inside.center().y()}, one.color, one.chip);
    x += chip;
    room -= chip;
    if (!whole) continue;
    c.text({x, inside.top(), text, inside.height()}, Type::mono, one.color, one.text);
    x += text + c.px(4);
    room -= text + c.px(4);
  }
  // Some addresses are not there: of sixteen clients on one machine two are shown.
  if (!all && !group && dots <= room)
    c.text({x, inside.top(), dots, inside.height()}, Type::bodyBold, c.colors.muted, more);
}

void TopologyView::drawEnvelope(Canvas& c, QPointF at, bool dropped) {
  const QRectF r(at.x() - c.px(14), at.y() - c.px(10), c.px(28), c.px(20));
  const QColor color = dropped ? c.colors.drop : c.colors.changedBar;
  c.roundRect(r, color, c.colors.background, 2, 2);
  c.painter.setPen(c.pen(c.colors.background, 1.8));
  if (dropped) {
    c.painter.drawLine(r.topLeft() + QPointF(c.px(8), c.px(4)), r.bottomRight() - QPointF(c.px(8), c.px(4)));
    c.painter.drawLine(r.topRight() + QPointF(-c.px(8), c.px(4)), r.bottomLeft() + QPointF(c.px(8), -c.px(4)));
  } else {
    c.painter.drawPolyline(QPolygonF{r.topLeft(), QPointF(r.center().x(), r.center().y() + c.px(2)), r.topRight()});
  }
}

}  // namespace lvs::view
