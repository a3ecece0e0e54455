// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/transport-bar.h"

#include "models/session/packet-list-model.h"

namespace lvs::view {

TransportBar::TransportBar(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "transport", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

void TransportBar::setPlaying(bool playing, double stagesPerSecond) {
  playing_ = playing;
  speed_ = stagesPerSecond;
  update();
}

void TransportBar::setMessage(const QString& text) {
  message_ = text;
  update();
}

void TransportBar::setStates(bool masters, bool failures) {
  masters_ = masters;
  failures_ = failures;
  update();
}

void TransportBar::setLive(const QString& text) {
  live_ = text;
  update();
}

void TransportBar::drawSign(Canvas& c, const QRectF& at, Button button, const QColor& color) {
  const double s = c.px(7);
  const QPointF m = at.center();
  const auto triangle = [&](double x, double direction) {
    c.polygon({{m.x() + x - direction * s * 0.8, m.y() - s},
               {m.x() + x + direction * s * 0.9, m.y()},
               {m.x() + x - direction * s * 0.8, m.y() + s}},
              color, {}, 0);
  };
  const auto bar = [&](double x) {
    c.painter.fillRect(QRectF(m.x() + x - c.px(1.5), m.y() - s, c.px(3), 2 * s), color);
  };
  switch (button) {
    case Button::start: bar(-c.px(6)), triangle(c.px(2), -1); break;
    case Button::back: triangle(0, -1); break;
    case Button::play:
      if (playing_) {
        bar(-c.px(4)), bar(c.px(4));
      } else {
        triangle(0, 1);
      }
      break;
    case Button::forward: triangle(0, 1); break;
    case Button::end: triangle(-c.px(2), 1), bar(c.px(6)); break;
    case Button::count_: break;
  }
}

// What there is room for right of `from`; gives the left end of what it drew.
double TransportBar::legend(Canvas& c, const QRectF& rect, double from) {
  struct Item {
    QString text;
    QColor color;
    bool tall, cross;
    Qt::PenStyle line = Qt::NoPen;
  };
  std::vector<Item> items;
  if (failures_) items.push_back({tr("failed, or gets nothing"), c.colors.drop, false, false, Qt::DashLine});
  if (masters_) items.push_back({tr("master"), c.colors.ipvs, false, false, Qt::SolidLine});
  items.insert(items.end(), {{tr("dropped"), c.colors.drop, false, true},
                             {tr("address rewritten / tunnelled"), c.colors.changedBar, true, false},
                             {tr("passed"), c.colors.accent, false, false},
                             {tr("other packets"), c.colors.other, false, false}});
  double x = rect.width() - c.px(10);
  for (const Item& item : items) {
    const double w = c.width(Type::small, item.text) + 1;
    if (x - w - c.px(24) < from) break;
    x -= w;
    c.text({x, 0, w, rect.height()}, Type::small, c.colors.muted, item.text);
    const double size = item.line == Qt::NoPen ? c.px(11) : c.px(20);
    const QRectF sign(x - c.px(6) - (item.tall ? c.px(7) : size), rect.height() / 2 - (item.tall ? c.px(8) : size / 2),
                      item.tall ? c.px(7) : size, item.tall ? c.px(16) : size);
    if (item.line != Qt::NoPen) {
      c.painter.setPen(QPen(item.color, item.line == Qt::SolidLine ? c.px(5) : c.px(3), item.line, Qt::FlatCap));
      c.painter.drawLine(QPointF(sign.left(), rect.height() / 2), QPointF(sign.right(), rect.height() / 2));
    } else if (item.cross) {
      c.painter.setPen(c.pen(item.color, 2.6));
      c.painter.drawLine(sign.topLeft(), sign.bottomRight());
      c.painter.drawLine(sign.topRight(), sign.bottomLeft());
    } else {
      c.painter.fillRect(sign, item.color);
    }
    x = sign.left() - c.px(16);
  }
  return x;
}

void TransportBar::paint(Canvas& c, const QRectF& rect) {
  c.painter.fillRect(rect, c.colors.background);
  const double h = c.px(36);
  double x = c.px(8);
  for (int i = 0; i < static_cast<int>(Button::count_); ++i) {
    const QRectF at(x, (rect.height() - h) / 2, c.px(40), h);
    const bool play = static_cast<Button>(i) == Button::play;
    c.roundRect(at, play ? c.colors.accent : c.colors.panel, play ? c.colors.accent : c.colors.line, 1.6, 6);
    drawSign(c, at, static_cast<Button>(i), play ? c.colors.onAccent : c.colors.text);
    const auto button = static_cast<Button>(i);
    spot({at, nameOf(button), {}, [this, button] { Q_EMIT pressed(button); }});
    x += c.px(46);
  }
  const Step* step = session_.step();
  x += c.px(8);
  if (step == nullptr) {
    legend(c, rect, x);
    return;
  }
  const QString where = tr("stage %1 of %2").arg(session_.moment().step + 1).arg(session_.walk().steps.size());
  const double whereWidth = c.width(Type::bodyBold, where) + c.px(16);
  c.text({x, 0, whereWidth, rect.height()}, Type::bodyBold, c.colors.text, where);
  x += whereWidth;
  QString time = QString("t = %1 ms").arg(milliseconds(session_.timeOf(*step)));
  if (playing_) time += QString("   %1/s").arg(speed_);
  const double timeWidth = c.width(Type::mono, time) + c.px(14);
  c.text({x, 0, timeWidth, rect.height()}, Type::mono, c.colors.muted, time);
  x += timeWidth;
  const double stop = legend(c, rect, x);
  const QString said = saying();
  if (said.isEmpty() || stop - x < c.px(60)) return;
  const bool wrong = message_.isEmpty() && !session_.error().isEmpty();
  c.text({x, 0, stop - x, rect.height()}, Type::smallBold, wrong ? c.colors.drop : c.colors.accent, said,
         {.mayElide = true});
  spot({{x, 0, stop - x, rect.height()}, said, {}, {}});
}

QString TransportBar::nameOf(Button button) const {
  switch (button) {
    case Button::start: return tr("start of the walk (Home)");
    case Button::back: return tr("back (←)");
    case Button::play: return playing_ ? tr("pause (Space)") : tr("play (Space)");
    case Button::forward: return tr("on (→)");
    case Button::end: return tr("end of the walk (End)");
    case Button::count_: break;
  }
  return {};
}

// What is worth saying now: an answer to a key, else what is wrong with the file, else what is left out.
QString TransportBar::saying() {
  QString said = message_;
  if (said.isEmpty()) said = session_.error();
  if (said.isEmpty()) said = session_.notice();
  if (said.isEmpty() && session_.walk().cutShort)
    said = tr("longer than %1 stages; the rest is not shown").arg(kMaxSteps);
  if (!live_.isEmpty()) said = said.isEmpty() ? live_ : live_ + "  ·  " + said;
  if (said.isEmpty() && session_.following()) said = tr("following one connection; C shows all");
  if (said.isEmpty() && session_.filtered()) {
    said = tr("filter: %1 (%2 of %3 packets); Esc: all")
               .arg(session_.filterText())
               .arg(session_.rows())
               .arg(session_.index().walks().size());
  }
  return said;
}

}  // namespace lvs::view
