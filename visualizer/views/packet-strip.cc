// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/packet-strip.h"

#include <algorithm>

#include "drawing/role-color.h"
#include "models/walk/roles.h"

namespace lvs::view {

PacketStrip::PacketStrip(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "packet", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

double PacketStrip::endpointWidth(Canvas& c, const Endpoint& end, bool withPort) const {
  const Role role = roleOf(session_.info(), end.address);
  const double chip = role.name.isEmpty() ? 0 : c.chipWidth(role.name, 1.25) + c.px(6);
  return chip + c.width(Type::tuple, withPort ? textOf(end) : textOf(end.address));
}

QRectF PacketStrip::endpoint(Canvas& c, QPointF at, double width, const Endpoint& end, bool withPort) {
  const Role role = roleOf(session_.info(), end.address);
  const QColor color = colorOf(role.kind, c.colors);
  double x = at.x();
  if (!role.name.isEmpty()) x = c.chip(at, color, role.name, 1.25).right() + c.px(6);
  const double h = c.px(24);
  c.text({x, at.y() - h / 2, at.x() + width - x, h}, Type::tuple, color, withPort ? textOf(end) : textOf(end.address));
  return {at.x(), at.y() - h / 2, width, h};
}

QString PacketStrip::lastLine(const Step& step) const {
  const Headers& now = step.headers;
  if ((step.diff.bits & changed::mac) != 0 || step.data.stage == trace::Stage::wire_out) {
    if (now.macDst) {
      const trace::HostInfo* owner = hostOf(session_.info(), *now.macDst);
      QString text = "MAC dst = " + QString::fromStdString(now.macDst->text());
      if (owner != nullptr) text += "  (" + QString::fromStdString(owner->name) + ")";
      return text;
    }
  }
  return {};
}

void PacketStrip::plain(Canvas& c, const QRectF& area, const Step& step, const Headers* before) {
  const Headers& now = step.headers;
  const bool srcChanged = before != nullptr && before->src && *before->src != *now.src;
  const bool dstChanged = before != nullptr && before->dst && *before->dst != *now.dst;
  const double arrow = c.px(32);
  double from = endpointWidth(c, *now.src, true) + 1;
  double to = endpointWidth(c, *now.dst, true) + 1;
  const double room = area.width() - arrow;
  if (from + to > room) {
    const double squeeze = room / (from + to);
    from *= squeeze;
    to *= squeeze;
  }
  const double y = area.top() + c.px(17);
  const QRectF left(area.left(), y - c.px(12), from, c.px(24));
  const QRectF right(area.left() + from + arrow, y - c.px(12), to, c.px(24));
  const double pad = c.px(4);
  const auto mark = [&](const QRectF& r) {
    c.roundRect(r.adjusted(-pad, -pad, pad, pad), c.colors.changedBack, c.colors.changedBar, 1.6, 4);
  };
  if (srcChanged) mark(left);
  if (dstChanged) mark(right);
  endpoint(c, {left.left(), y}, from, *now.src, true);
  c.text({left.right(), y - c.px(13), arrow, c.px(26)}, Type::title, c.colors.text, "→", {.align = Qt::AlignCenter});
  endpoint(c, {right.left(), y}, to, *now.dst, true);

  // What it was, below the address that changed.
  const double below = area.top() + c.px(47);
  const auto was = [&](double x, double limit, const Endpoint& old, const Endpoint& fresh) {
    const QString word = tr("was");
    const double h = c.px(18);
    double at = x + c.text({x, below - h / 2, limit - x, h}, Type::small, c.colors.muted, word).width() + c.px(5);
    const Role role = roleOf(session_.info(), old.address);
    if (!role.name.isEmpty() && at + c.chipWidth(role.name) < limit) {
      at = c.chip({at, below}, colorOf(role.kind, c.colors), role.name).right() + c.px(5);
    }
    const bool port = old.port != fresh.port;
    c.text({at, below - h / 2, limit - at, h}, Type::mono, c.colors.muted, port ? textOf(old) : textOf(old.address),
           {.strike = true});
  };
  if (srcChanged)
    was(left.left(), dstChanged ? right.left() - c.px(8) : area.right() - c.px(90), *before->src, *now.src);
  if (dstChanged) was(right.left(), area.right(), *before->dst, *now.dst);
}

void PacketStrip::tunnelled(Canvas& c, const QRectF& area, const Step& step) {
  const Headers& now = step.headers;
  const bool fresh = (step.diff.bits & changed::encapsulated) != 0;
  const double arrow = c.px(30);
  const double inner = endpointWidth(c, *now.src, true) + endpointWidth(c, *now.dst, true) + arrow;
  const QString outerWord = fresh ? QString("+ IPIP") : QString("IPIP");
  const QString innerWord = tr("original");
  const double words = std::max(c.width(Type::smallBold, outerWord), c.width(Type::smallBold, innerWord)) + c.px(14);
  const double width = std::min(area.width(), inner + words + c.px(28));
  const QRectF box(area.left() - c.px(4), area.top() - c.px(3), width, c.px(58));
  c.roundRect(box, fresh ? c.colors.changedBack : c.colors.panel, fresh ? c.colors.changedBar : c.colors.muted, 1.6, 5);
  const auto line = [&](double y, double x, double limit, const Endpoint& a, const Endpoint& b) {
    double from = endpointWidth(c, a, a.port.has_value()) + 1;
    double to = endpointWidth(c, b, b.port.has_value()) + 1;
    const double squeeze = std::min(1.0, (limit - x - arrow) / (from + to));
    from *= squeeze;
    to *= squeeze;
    endpoint(c, {x, y}, from, a, true);
    c.text({x + from, y - c.px(13), arrow, c.px(26)}, Type::title, c.colors.text, "→", {.align = Qt::AlignCenter});
    endpoint(c, {x + from + arrow, y}, to, b, true);
  };
  const double right = box.right() - words;
  line(box.top() + c.px(15), box.left() + c.px(6), right, *now.outerSrc, *now.outerDst);
  const QRectF in(box.left() + c.px(4), box.top() + c.px(29), right - box.left() - c.px(6), c.px(26));
  c.roundRect(in, c.colors.panel, c.colors.muted, 1.4, 4, true);
  line(in.center().y(), in.left() + c.px(5), in.right() - c.px(3), *now.src, *now.dst);
  const TextOptions atRight{.align = Qt::AlignRight | Qt::AlignVCenter};
  const double h = c.px(20);
  c.text({right, box.top() + c.px(15) - h / 2, words - c.px(8), h}, Type::smallBold, c.colors.text, outerWord, atRight);
  c.text({right, in.center().y() - h / 2, words - c.px(8), h}, Type::smallBold, c.colors.muted, innerWord, atRight);
}

void PacketStrip::arp(Canvas& c, const QRectF& area, const Step& step) {
  const Headers& now = step.headers;
  const double y = area.top() + c.px(17);
  const double h = c.px(24);
  const Endpoint& sender = *now.src;
  const Endpoint& target = *now.dst;
  // Who asks for its own address announces it.
  const bool announced = now.arpRequest && sender.address == target.address;
  const bool asked = now.arpRequest && !announced;
  const QString verb = asked ? tr("who has") : tr("is at");
  const double verbWidth = c.width(Type::bodyBold, verb) + c.px(20);
  const double from = endpointWidth(c, sender, false) + 1;
  endpoint(c, {area.left(), y}, from, sender, false);
  double x = area.left() + from;
  c.text({x, y - h / 2, verbWidth, h}, Type::bodyBold, c.colors.text, verb, {.align = Qt::AlignCenter});
  x += verbWidth;
  if (asked) {
    endpoint(c, {x, y}, std::min(endpointWidth(c, target, false) + 1, area.right() - x), target, false);
  } else {
    for (const Section& section : now.sections) {
      if (section.layer == Layer::arp) {
        c.text({x, y - h / 2, area.right() - x, h}, Type::tuple, c.colors.text, section.fields[1].value);
      }
    }
  }
  if (now.macDst && now.macDst->is_broadcast()) {
    c.text({area.left(), area.top() + c.px(36), area.width() - c.px(90), c.px(20)}, Type::small, c.colors.muted,
           announced ? tr("gratuitous ARP: every host on this segment is told")
                     : tr("broadcast: every host on this segment hears it"));
  }
}

void PacketStrip::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const Step* step = session_.step();
  if (step == nullptr) return;
  const Walk& walk = session_.walk();
  const double left = c.px(12);
  const double right = rect.width() - c.px(12);

  const bool ipvs = step->data.stage == trace::Stage::ipvs_in || step->data.stage == trace::Stage::ipvs_out ||
                    step->data.stage == trace::Stage::ipvs_xmit;
  const QColor color = step->failed() ? c.colors.drop : ipvs ? c.colors.ipvs : c.colors.text;
  const QString place = tr("stage %1/%2 · packet %3/%4 · %5")
                            .arg(session_.moment().step + 1)
                            .arg(walk.steps.size())
                            .arg(walk.number + 1)
                            .arg(session_.index().walks().size())
                            .arg(step->headers.info);
  const double placeWidth = std::min(c.width(Type::small, place) + 2, rect.width() * 0.52);
  const QRectF top(left, c.px(6), right - left, c.px(30));
  c.text({right - placeWidth, top.top(), placeWidth, top.height()}, Type::small, c.colors.muted, place,
         {.align = Qt::AlignRight | Qt::AlignVCenter, .mayElide = true});
  c.text({left, top.top(), right - left - placeWidth - c.px(10), top.height()}, Type::title, color,
         session_.hostName(step->data.host) + " · " + titleOf(step->data));

  const QRectF area(left, c.px(40), right - left, rect.height() - c.px(44));
  const Headers* before = step->before < 0 ? nullptr : &walk.steps[static_cast<std::size_t>(step->before)].headers;
  if (step->headers.arp) {
    arp(c, area, *step);
  } else if (step->headers.outerSrc && step->headers.src) {
    return tunnelled(c, area, *step);
  } else if (step->headers.src) {
    plain(c, area, *step, before);
  } else {
    c.text({area.left(), area.top(), area.width(), c.px(28)}, Type::body, c.colors.text, step->headers.info);
  }

  // Below: the MAC line, and how much changed.
  const QRectF below(left, area.top() + c.px(37), right - left, c.px(20));
  QString count;
  if (step->diff.fields > 0 && !step->diff.first) count = "✎ " + tr("%n changed", nullptr, step->diff.fields);
  const bool rewritten =
      (step->diff.bits & (changed::source | changed::destination | changed::sourcePort | changed::destinationPort)) !=
      0;
  const bool dst = (step->diff.bits & (changed::destination | changed::destinationPort)) != 0;
  const bool src = (step->diff.bits & (changed::source | changed::sourcePort)) != 0;
  const bool atLeft = dst && !src;
  if (!count.isEmpty() && !(src && dst)) {
    c.text(below, Type::smallBold, c.colors.text, count,
           {.align = (atLeft ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter});
  }
  const QString mac = lastLine(*step);
  if (!mac.isEmpty() && !rewritten && !step->headers.arp) {
    const double width = std::min(c.width(Type::monoBold, mac) + c.px(14), below.width() - c.px(100));
    const QRectF box(below.left() - c.px(4), below.top() - c.px(1), width, c.px(22));
    const bool fresh = (step->diff.bits & changed::mac) != 0 || step->data.stage == trace::Stage::wire_out;
    c.roundRect(box, fresh ? c.colors.changedBack : QColor(), fresh ? c.colors.changedBar : c.colors.line, 1.5, 4);
    c.text(box.adjusted(c.px(6), 0, -c.px(4), 0), Type::monoBold, c.colors.text, mac);
  }
}

}  // namespace lvs::view
