// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/topology-view.h"

#include <QMouseEvent>
#include <QPainterPath>
#include <QRegularExpression>
#include <algorithm>
#include <optional>

#include "drawing/role-color.h"
#include "models/walk/packet-fields.h"

namespace lvs::view {

TopologyView::TopologyView(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "topology", parent), session_(session) {
  connect(&session, &Session::opened, this, [this] { reload(); });
  connect(&session, &Session::rowsChanged, this, [this] {
    if (generation_ != session_.index().info_generation()) reload();
  });
  connect(&session, &Session::momentChanged, this, [this] { update(); });
  reload();
}

void TopologyView::reload() {
  topology_ = topologyOf(session_.info());
  generation_ = session_.index().info_generation();
  update();
}

// A node fills its cell but for a margin; single ones are not wider than they need to be.
QRectF TopologyView::boxOf(const TopologyNode& node) const {
  const QRectF cell(area_.x() + node.rect.x() * area_.width(), area_.y() + node.rect.y() * area_.height(),
                    node.rect.width() * area_.width(), node.rect.height() * area_.height());
  const double s = style().scale;
  const double most = (node.kind == HostKind::director ? 216 : node.kind == HostKind::server ? 128 : 176) * s;
  const double w = std::min(cell.width() - 8 * s, node.rect.width() > 0.6 ? most : cell.width());
  const double h = std::min(cell.height() - 6 * s, (node.kind == HostKind::client ? 66 : 100) * s);
  return {cell.center().x() - w / 2, cell.center().y() - h / 2, w, h};
}

void TopologyView::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const trace::RunInfo& info = session_.info();
  QString title = tr("Topology");
  if (!info.title.empty()) title += "  ·  " + QString::fromStdString(info.title);
  c.text({c.px(10), c.px(6), rect.width() - c.px(20), c.px(18)}, Type::smallBold, c.colors.muted, title,
         {.mayElide = true});
  const bool real = std::ranges::any_of(info.hosts, [](const trace::HostInfo& h) { return !h.modelled; });
  const double bottom = real ? c.px(40) : c.px(10);
  area_ = QRectF(c.px(6), c.px(32), rect.width() - c.px(12), rect.height() - c.px(32) - bottom);
  if (real) {
    c.text({c.px(10), rect.height() - c.px(38), rect.width() - c.px(20), c.px(34)}, Type::small, c.colors.muted,
           tr("dashed: real machines, without hooks here"), {.overflow = Overflow::wrap});
  }
  drawLinks(c);
  for (const TopologyNode& node : topology_.nodes) drawNode(c, node);

  const Step* step = session_.step();
  if (step == nullptr) return;
  const std::size_t here = topology_.nodeOf(step->data.host);
  if (here < topology_.nodes.size()) {
    const QRectF box = boxOf(topology_.nodes[here]);
    const double inset = topology_.nodes[here].kind == HostKind::director ? c.px(4) : c.px(10);
    drawEnvelope(c, {std::min(box.right() - inset, rect.width() - c.px(20)), box.top()}, step->dropped());
  }
}

void TopologyView::drawLinks(Canvas& c) {
  enum class Use { none, past, future };
  std::vector<Use> used(topology_.links.size(), Use::none);
  if (session_.step() != nullptr) {
    const Walk& walk = session_.walk();
    const int now = session_.moment().step;
    for (const Hop& hop : hopsOf(walk)) {
      if (hop.out < 0 || hop.in < 0) continue;
      const std::size_t link = topology_.linkOf(walk.steps[static_cast<std::size_t>(hop.out)].data.host,
                                                walk.steps[static_cast<std::size_t>(hop.in)].data.host);
      if (link >= used.size()) continue;
      if (hop.in <= now) used[link] = Use::past;
      if (hop.in > now && used[link] == Use::none && !session_.veiled()) used[link] = Use::future;
    }
  }
  for (const bool active : {false, true}) {
    for (std::size_t i = 0; i < topology_.links.size(); ++i) {
      if ((used[i] != Use::none) != active) continue;
      const TopologyLink& link = topology_.links[i];
      const QRectF a = boxOf(topology_.nodes[link.a]);
      const QRectF b = boxOf(topology_.nodes[link.b]);
      c.painter.setPen(c.pen(active ? c.colors.accent : c.colors.line, active ? 4 : 1.8, used[i] == Use::future));
      c.painter.setBrush(Qt::NoBrush);
      const QPointF from(a.center().x() + (b.center().x() - a.center().x()) * 0.2, a.bottom());
      const QPointF to(b.center().x() + (a.center().x() - b.center().x()) * 0.1, b.top());
      if (topology_.nodes[link.a].tier == topology_.nodes[link.b].tier) {
        c.painter.drawLine(QPointF(a.right(), a.center().y()), QPointF(b.left(), b.center().y()));
      } else if (!link.curved) {
        c.painter.drawLine(from, to);
      } else {
        // Around the tiers between, on the side where the lower host is.
        const bool left = b.center().x() <= area_.center().x();
        const double x = left ? area_.left() + c.px(2) : area_.right() - c.px(2);
        QPainterPath path(QPointF(a.center().x() + (left ? -0.3 : 0.3) * a.width(), a.bottom()));
        const double middle = (a.bottom() + b.top()) / 2;
        const QPointF end(b.center().x() + (left ? -0.25 : 0.25) * b.width(), b.top());
        path.quadTo(QPointF(x, a.bottom() + (middle - a.bottom()) * 0.45), QPointF(x, middle));
        path.quadTo(QPointF(x, b.top() - (b.top() - middle) * 0.45), end);
        c.painter.drawPath(path);
      }
    }
  }
}

// Addresses with a role come first.
TopologyView::Label TopologyView::labelOf(const TopologyNode& node, const trace::HostInfo& host,
                                          const Palette& colors) const {
  Label out;
  for (const trace::InterfaceInfo& interface : host.interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      if (prefix.addr.is_loopback()) continue;
      const Role role = roleOf(session_.info(), prefix.addr);
      const QColor color = role.name.isEmpty() ? colors.muted : colorOf(role.kind, colors);
      if (role.kind == Role::Kind::server && out.chip.isEmpty() && node.kind == HostKind::server) {
        out.chip = role.name;
        out.chipColor = color;
        out.lines.insert(out.lines.begin(), {{}, textOf(prefix.addr), color});
      } else if (role.kind == Role::Kind::virtualService && node.kind != HostKind::director) {
        // On lo or tunl0 it must not answer ARP; on a real card it would.
        const QString name = QString::fromStdString(interface.name);
        out.lines.push_back(
            {role.name, keepsStill(node.host) ? tr("on %1, no ARP").arg(name) : tr("on %1").arg(name), color, true});
      } else {
        out.lines.push_back({role.name, textOf(prefix.addr), color});
      }
    }
  }
  std::ranges::stable_sort(out.lines, [](const Line& a, const Line& b) {
    const auto rank = [](const Line& l) { return l.chip.startsWith("VIP") && !l.quiet ? 0 : l.quiet ? 2 : 1; };
    return rank(a) < rank(b);
  });
  return out;
}

void TopologyView::drawNode(Canvas& c, const TopologyNode& node) {
  const trace::HostInfo* host = session_.info().host(node.host);
  if (host == nullptr) return;
  const QRectF box = boxOf(node);
  const bool here = session_.step() != nullptr && session_.host() == node.host;
  const QColor line = here ? c.colors.accent : c.colors.line;
  const QColor fill = here ? c.colors.accentSoft : c.colors.background;
  const double width = here ? 3 : 1.6;
  if (node.kind == HostKind::director) {
    c.polygon(hexagon(box, c.px(14)), fill, line, width, !host->modelled);
  } else {
    const double radius = node.kind == HostKind::client ? 22 : 6;
    c.roundRect(box, fill, line, width, std::min(radius, box.height() / c.px(2.4)), !host->modelled);
  }
  const double pad = node.kind == HostKind::director ? c.px(12) : c.px(5);
  drawLabel(c, box.adjusted(pad, 0, -pad, 0), QString::fromStdString(host->name), labelOf(node, *host, c.colors));
}

// The host's name, and of its lines what fills the box as far as it goes.
void TopologyView::drawLabel(Canvas& c, const QRectF& inside, const QString& name, Label label) {
  // Lines move closer together before one is left out.
  double row = c.px(20);
  const double room = inside.height() - c.px(6);
  if (room < row * static_cast<double>(label.lines.size() + 1)) row = c.px(17.5);
  const auto fitting = static_cast<std::size_t>(std::max(0.0, room / row - 1));
  if (label.lines.size() > fitting) label.lines.resize(fitting);
  double y = inside.center().y() - row * static_cast<double>(label.lines.size() + 1) / 2;

  const double chip = label.chip.isEmpty() ? 0 : c.chipWidth(label.chip) + c.px(5);
  // A name that has no room leaves its place to the chip.
  double nameWidth = std::min(c.width(Type::bodyBold, name) + 1, std::max(inside.width() - chip, 0.0));
  if (nameWidth < c.px(24)) nameWidth = 0;
  double x = inside.center().x() - (nameWidth + chip) / 2;
  if (nameWidth > 0) {
    c.text({x, y, nameWidth, row}, Type::bodyBold, c.colors.text, name, {.align = Qt::AlignCenter});
  }
  if (chip > 0) c.chip({x + nameWidth + c.px(5), y + row / 2}, label.chipColor, label.chip);
  for (const Line& one : label.lines) {
    y += row;
    const Type type = one.quiet                                           ? Type::small
                      : one.chip.isEmpty() && one.color == c.colors.muted ? Type::mono
                                                                          : Type::monoBold;
    const double chipWidth = one.chip.isEmpty() ? 0 : c.chipWidth(one.chip) + c.px(5);
    const double textWidth = std::min(c.width(type, one.text) + 1, inside.width() - chipWidth);
    x = inside.center().x() - (chipWidth + textWidth) / 2;
    if (chipWidth > 0) c.chip({x, y + row / 2}, one.color, one.chip);
    c.text({x + chipWidth, y, textWidth, row}, type, one.color, one.text, {.align = Qt::AlignCenter});
  }
}

// Whether the host's arp_ignore keeps it from answering for addresses of other interfaces, at this moment and on each
// of its NICs. Linux takes the greater of conf/all and the interface's.
bool TopologyView::keepsStill(trace::HostId host) const {
  const Step* step = session_.step();
  QString text;
  if (step == nullptr || !session_.journal().table(session_.index(), host, "sysctl", step->record, text)) return false;
  static const QRegularExpression kLine(R"(^net\.ipv4\.conf\.(\w+)\.arp_ignore = (\d+)$)");
  int all = 0;
  std::optional<int> least;  // of the NICs
  for (const QString& line : text.split('\n')) {
    const QRegularExpressionMatch match = kLine.match(line);
    if (!match.hasMatch()) continue;
    const int value = match.captured(2).toInt();
    if (match.captured(1) == QLatin1String("all")) {
      all = value;
    } else if (match.captured(1).startsWith(QLatin1String("eth"))) {
      least = std::min(least.value_or(value), value);
    }
  }
  return std::max(all, least.value_or(0)) != 0;
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

void TopologyView::mousePressEvent(QMouseEvent* event) {
  for (const TopologyNode& node : topology_.nodes) {
    if (boxOf(node).contains(event->position())) return session_.selectHost(node.host);
  }
}

}  // namespace lvs::view
