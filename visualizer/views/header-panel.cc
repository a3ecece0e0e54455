// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/header-panel.h"

#include <algorithm>
#include <cstring>

#include "drawing/role-color.h"
#include "models/walk/roles.h"

namespace lvs::view {

HeaderPanel::HeaderPanel(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "headers", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

QColor HeaderPanel::colorOfValue(Canvas& c, const Field& field) const {
  if (!field.address) return c.colors.muted;
  const Role role = roleOf(session_.info(), *field.address);
  return role.name.isEmpty() ? c.colors.muted : colorOf(role.kind, c.colors);
}

// All key fields and what changed; details as far as there is room at the least row height.
std::vector<HeaderPanel::Row> HeaderPanel::rowsFor(const HeaderDiff& diff, double room, double least) const {
  const auto collect = [&](int details) {
    std::vector<Row> rows;
    for (const DiffSection& section : diff.sections) {
      QString name = nameOf(section.layer);
      if (section.change == Change::added) name += "   " + tr("+ added");
      if (section.change == Change::removed) name += "   " + tr("− removed");
      rows.push_back({name, {}, section.layer, section.change});
      for (const DiffField& field : section.fields) {
        const bool plain = field.change == Change::same || field.change == Change::absent ||
                           section.change == Change::added || section.change == Change::removed;
        if (field.after.weight == Field::Weight::detail && plain && details-- <= 0) continue;
        rows.push_back({{}, field, section.layer, section.change});
      }
    }
    return rows;
  };
  std::vector<Row> best = collect(0);
  for (int details = 1; details <= 12; ++details) {
    std::vector<Row> more = collect(details);
    if (static_cast<double>(more.size()) * least > room || more.size() == best.size()) break;
    best = std::move(more);
  }
  return best;
}

void HeaderPanel::drawField(Canvas& c, const QRectF& at, const Row& row) {
  const DiffField& field = row.field;
  const bool marked =
      field.change == Change::changed || field.change == Change::added || field.change == Change::removed;
  if (marked) {
    const QRectF ground = at.adjusted(0, c.px(1), 0, -c.px(1));
    c.painter.fillRect(ground, c.colors.changedBack);
    c.painter.fillRect(QRectF(ground.left(), ground.top(), c.px(4), ground.height()), c.colors.changedBar);
  }
  const double nameWidth = c.px(66);
  const double left = at.left() + c.px(14);
  const double right = at.right() - c.px(6);
  c.text({left, at.top(), nameWidth, at.height()}, marked ? Type::bodyBold : Type::body,
         marked ? c.colors.text : c.colors.muted, field.after.name);
  const double x = left + nameWidth + c.px(2);
  const QRectF value(x, at.top(), right - x, at.height());
  if (field.change == Change::absent) {
    c.text(value, Type::small, c.colors.muted, tr("no L2 header yet"));
  } else if (row.layer == Layer::payload) {
    drawPayload(c, value, field);
  } else if (!marked) {
    QString text = field.after.value;
    if (field.after.address) {
      const QString role = roleOf(session_.info(), *field.after.address).name;
      if (!role.isEmpty()) text += "  " + role;
    }
    c.text(value, Type::mono, colorOfValue(c, field.after), text);
  } else {
    // MAC addresses are as long as half the panel; short values leave the room to them.
    const QString old = field.before.value.isEmpty() ? QString("–") : field.before.value;
    const QString fresh = field.after.value.isEmpty() ? QString("–") : field.after.value;
    const double oldWidth = c.width(Type::mono, old) + c.px(6);
    const double freshWidth = c.width(Type::monoBold, fresh) + c.px(22);
    double split = value.width() * 0.46;
    if (freshWidth > value.width() - split) split = std::max(value.width() - freshWidth, c.px(20));
    if (oldWidth > split && oldWidth + freshWidth < value.width()) split = oldWidth;
    c.text({x, at.top(), split - c.px(4), at.height()}, Type::mono, c.colors.text, old,
           {.strike = !field.before.value.isEmpty()});
    const QRectF arrow(x + split, at.top(), c.px(16), at.height());
    c.text(arrow, Type::mono, c.colors.text, "→");
    QColor color = colorOfValue(c, field.after);
    if (!field.after.address || color == c.colors.muted) color = c.colors.text;
    c.text({arrow.right(), at.top(), value.right() - arrow.right(), at.height()}, Type::monoBold, color, fresh);
  }
  addSpot(at, row.layer, field);
}

// Words are longer than the panel is wide: what both sides begin with is said once, in its first word.
void HeaderPanel::drawPayload(Canvas& c, const QRectF& at, const DiffField& field) {
  if (field.change != Change::changed) {
    c.text(at, Type::mono, c.colors.muted, field.after.value, {.overflow = Overflow::elide, .mayElide = true});
    return;
  }
  const QString &old = field.before.value, &fresh = field.after.value;
  const auto differs = std::mismatch(old.begin(), old.end(), fresh.begin(), fresh.end()).first - old.begin();
  const qsizetype word = old.lastIndexOf(' ', differs) + 1;
  const qsizetype first = old.indexOf(' ');
  const bool long_ = first > 0 && word > first + 2;
  const auto shown = [&](const QString& text) { return long_ ? text.left(first) + " … " + text.mid(word) : text; };
  const double half = at.width() / 2 - c.px(8);
  c.text({at.left(), at.top(), half, at.height()}, Type::mono, c.colors.text, shown(old),
         {.strike = true, .mayElide = true});
  c.text({at.left() + half, at.top(), c.px(16), at.height()}, Type::mono, c.colors.text, "→");
  c.text({at.left() + half + c.px(16), at.top(), half, at.height()}, Type::monoBold, c.colors.text, shown(fresh),
         {.mayElide = true});
}

void HeaderPanel::stacked(Canvas& c, const QRectF& rect, const Step& step) {
  c.text({c.px(10), c.px(6), rect.width() - c.px(20), c.px(20)}, Type::smallBold, c.colors.muted,
         tr("Changed by this stage"));
  double y = c.px(32);
  int count = 0;
  double needed = 0;
  for (const DiffSection& section : step.diff.sections) {
    bool any = false;
    for (const DiffField& field : section.fields) {
      const bool plain = field.change == Change::same || field.change == Change::absent;
      const bool hidden = section.change != Change::same && field.after.weight == Field::Weight::detail;
      if (!plain && !hidden) any = true, needed += c.px(54);
    }
    if (any) needed += c.px(28);
  }
  const double squeeze = std::min(1.0, (rect.height() - y - c.px(6)) / std::max(needed, 1.0));
  for (const DiffSection& section : step.diff.sections) {
    bool headed = false;
    for (const DiffField& field : section.fields) {
      if (field.change == Change::same || field.change == Change::absent) continue;
      if (section.change != Change::same && field.after.weight == Field::Weight::detail) continue;
      if (!headed) {
        c.text({c.px(10), y, rect.width() - c.px(20), c.px(24) * squeeze}, Type::smallBold, c.colors.muted,
               nameOf(section.layer));
        y += c.px(26) * squeeze;
        headed = true;
      }
      const double height = c.px(52) * squeeze;
      const QRectF at(c.px(10), y, rect.width() - c.px(20), height);
      c.painter.fillRect(at, c.colors.changedBack);
      c.painter.fillRect(QRectF(at.left(), at.top(), c.px(5), height), c.colors.changedBar);
      const double nameWidth = c.px(52);
      c.text({at.left() + c.px(12), y, nameWidth, height}, Type::bodyBold, c.colors.text, field.after.name);
      const double x = at.left() + c.px(14) + nameWidth;
      QColor color = colorOfValue(c, field.after);
      if (color == c.colors.muted) color = c.colors.text;
      const QString old = field.before.value.isEmpty() ? QString("–") : field.before.value;
      const QString fresh = field.after.value.isEmpty() ? QString("–") : field.after.value;
      const bool payload = section.layer == Layer::payload;
      c.text({x, y + height * 0.04, at.right() - x - c.px(4), height * 0.46}, squeeze < 0.8 ? Type::mono : Type::mono,
             c.colors.text, old, {.strike = !field.before.value.isEmpty(), .mayElide = payload});
      c.text({x, y + height * 0.5, at.right() - x - c.px(4), height * 0.46},
             squeeze < 0.8 ? Type::monoBold : Type::tuple, color, fresh, {.mayElide = payload});
      y += height + c.px(4) * squeeze;
      ++count;
    }
  }
  if (count == 0) {
    c.text({c.px(12), y, rect.width() - c.px(24), c.px(60)}, Type::body, c.colors.muted,
           step.diff.first ? tr("The packet begins here") : tr("Nothing changed"),
           {.align = Qt::AlignLeft | Qt::AlignTop, .overflow = Overflow::wrap});
  }
}

void HeaderPanel::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  const Step* step = session_.step();
  if (step == nullptr) return;
  if (style().projector) return stacked(c, rect, *step);
  c.text({c.px(10), c.px(6), rect.width() - c.px(20), c.px(20)}, Type::smallBold, c.colors.muted,
         step->diff.first ? tr("Headers: the packet begins here") : tr("Headers: before → after this stage"));
  const double top = c.px(29);
  const double room = rect.height() - top - c.px(6);
  const std::vector<Row> rows = rowsFor(step->diff, room, c.px(24));
  const double height = std::min(c.px(27), room / static_cast<double>(std::max<std::size_t>(rows.size(), 1)));
  double y = top;
  for (const Row& row : rows) {
    if (!row.heading.isEmpty()) {
      const QRectF ink =
          c.text({c.px(10), y, rect.width() - c.px(20), height}, Type::bodyBold, c.colors.muted, row.heading);
      c.painter.setPen(c.pen(c.colors.faint, 1));
      c.painter.drawLine(QPointF(ink.right() + c.px(8), y + height / 2),
                         QPointF(rect.width() - c.px(10), y + height / 2));
    } else {
      drawField(c, {c.px(10), y, rect.width() - c.px(20), height}, row);
    }
    y += height;
  }
}

void HeaderPanel::addSpot(const QRectF& at, Layer layer, const DiffField& field) {
  const Field& named = field.after.value.isEmpty() ? field.before : field.after;
  QString detail = named.value;
  if (named.address) detail += "  " + roleOf(session_.info(), *named.address).name;
  if (field.change == Change::changed) detail = field.before.value + " → " + detail;
  spot({at, nameOf(layer) + " " + field.after.name, detail.trimmed(),
        [this, layer, name = field.after.name] { goToOrigin(layer, name); }});
}

// A click on a value goes to the stage that gave it.
void HeaderPanel::goToOrigin(Layer layer, const char* name) {
  if (session_.step() == nullptr) return;
  const Walk& walk = session_.walk();
  for (int i = session_.moment().step; i >= 0; i = walk.steps[static_cast<std::size_t>(i)].before) {
    const Step& then = walk.steps[static_cast<std::size_t>(i)];
    for (const DiffSection& section : then.diff.sections) {
      if (section.layer != layer) continue;
      for (const DiffField& field : section.fields) {
        const bool set = field.change == Change::changed || field.change == Change::added;
        if (std::strcmp(field.after.name, name) == 0 && (set || then.before < 0)) {
          return session_.go({session_.moment().walk, i});
        }
      }
    }
  }
}

}  // namespace lvs::view
