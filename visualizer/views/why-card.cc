// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/why-card.h"

#include <QClipboard>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>

#include "models/session/cure.h"
#include "models/session/tale.h"
#include "models/walk/why-text.h"

namespace lvs::view {

WhyCard::WhyCard(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "why", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] {
    // The sentence is what a screen reader announces.
    const Step* step = session_.step();
    setAccessibleName(step == nullptr ? QString() : said(*step));
    update();
  });
}

QString WhyCard::said(const Step& step) const {
  return session_.hostName(step.data.host) + ", " + titleOf(step.data) + ": " + sentenceOf(step.data);
}

// What happens in this beat of the story; empty: stages are told one by one, or the answer is asked for.
QString WhyCard::beatLine() {
  const int beat = session_.story() && !session_.veiled() ? session_.beat() : -1;
  if (beat < 0) return {};
  const Session::Place place = session_.placeInStory();
  const std::vector<Beat>& beats = session_.beats();
  return QString("%1/%2  ").arg(place.beat).arg(place.all) +
         tellBeat(session_, session_.walk(), beats[static_cast<std::size_t>(beat)]);
}

// The line to type where something is wrong; gives where the next line goes.
double WhyCard::drawCure(Canvas& c, const QRectF& at, const Step& step) {
  const auto cure = session_.veiled() ? std::nullopt : cureOf(session_, step);
  if (!cure) return at.top();
  const QString what = tr("What to do: ");
  const double head = c.width(Type::smallBold, what) + 1;
  c.text({at.left(), at.top(), head, at.height()}, Type::smallBold, c.colors.text, what);
  const QString line = cure->host + (cure->typed ? "# " : ": ") + cure->line;
  const QString rule = cure->rule.isEmpty() ? QString() : "[" + cure->rule + "]";
  const double aside = rule.isEmpty() ? 0 : c.width(Type::small, rule) + c.px(8);
  const QRectF room(at.left() + head, at.top(), at.width() - head - aside, at.height());
  const bool wraps = c.width(Type::console, line) > room.width();
  const QRectF ink = c.text(room.adjusted(0, 0, 0, wraps ? at.height() : 0), Type::console, c.colors.accent, line,
                            {.align = Qt::AlignLeft | (wraps ? Qt::AlignTop : Qt::AlignVCenter),
                             .overflow = wraps ? Overflow::wrap : Overflow::elide,
                             .mayElide = true});
  if (!rule.isEmpty())
    c.text({at.right() - aside, at.top(), aside, at.height()}, Type::small, c.colors.muted, rule,
           {.align = Qt::AlignRight | Qt::AlignVCenter});
  spot({room.united(ink), line, cure->why + "\n" + tr("Press: copy the line"),
        [line = cure->line] { QGuiApplication::clipboard()->setText(line); }});
  return std::max(at.bottom(), ink.bottom()) + c.px(2);
}

void WhyCard::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const Step* step = session_.step();
  if (step == nullptr) return;
  using trace::Stage;
  const Stage stage = step->data.stage;
  const bool ipvs = stage == Stage::ipvs_in || stage == Stage::ipvs_out || stage == Stage::ipvs_xmit;
  const bool failed = step->failed();
  const QColor color = failed ? c.colors.drop : ipvs ? c.colors.ipvs : c.colors.accent;
  c.roundRect({c.px(4), c.px(6), c.px(5), rect.height() - c.px(12)}, color, {}, 0, 2);

  const double left = c.px(18);
  const double width = rect.width() - left - c.px(12);
  QString title = failed ? tr("Why dropped") : step->silent() ? tr("Why it keeps silent") : tr("Why");
  if (!step->data.hook_name.empty()) title += "  ·  " + QString::fromStdString(step->data.hook_name);
  const QString beat = beatLine();
  double top = c.px(22);
  if (beat.isEmpty()) {
    c.text({left, c.px(5), width, c.px(17)}, Type::smallBold, c.colors.muted, title);
  } else {
    const QString function = QString::fromStdString(step->data.hook_name);
    const double aside = function.isEmpty() ? 0 : std::min(c.width(Type::smallBold, function) + c.px(8), width * 0.4);
    c.text({left, c.px(5), width - aside, c.px(22)}, Type::hook, c.colors.text, beat, {.mayElide = true});
    c.text({left + width - aside, c.px(5), aside, c.px(22)}, Type::smallBold, c.colors.muted, function,
           {.align = Qt::AlignRight | Qt::AlignVCenter, .mayElide = true});
    top = c.px(28);
  }

  // What the stage caused: the scheduler's reasons, the connection's new state, the neighbour entry.
  const auto caused = session_.journal().caused(session_.index(), step->data.host, step->data.walk, step->record);
  const double row = c.px(16), bottom = rect.height() - c.px(5);
  // The reason has the room that the lines below leave when each has one row.
  const double least = row * static_cast<double>(std::min<std::size_t>(caused.size(), 2));
  const QRectF said =
      c.text({left, top, width, bottom - least - top}, beat.isEmpty() ? Type::why : Type::body, c.colors.text,
             sentenceOf(step->data), {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap});
  double y = std::max(said.bottom() + c.px(3), top + c.px(18));
  y = drawCure(c, {left, y, width, row}, *step);
  for (const JournalLine& line : caused) {
    const double room = bottom - y;
    if (room < row - 1) break;
    const QString text = kindText(line.kind) + ": " + line.text.split('\n').join("; ");
    const bool wraps = c.width(Type::console, text) > width && room >= 2 * row;
    const QRectF ink =
        c.text({left, y, width, wraps ? std::floor(room / row) * row : row}, Type::console, c.colors.muted, text,
               {.align = Qt::AlignLeft | Qt::AlignTop,
                .overflow = wraps ? Overflow::wrap : Overflow::elide,
                .mayElide = true});
    y += std::max(row, ink.height());
  }
}

}  // namespace lvs::view
