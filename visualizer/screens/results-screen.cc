// SPDX-License-Identifier: GPL-2.0-or-later
#include "screens/results-screen.h"

#include <algorithm>
#include <cmath>

namespace lvs::view {

namespace {

constexpr double kMega = 1e6;

// 1, 2 or 5 times a power of ten: about `wanted` steps up to `most`.
double stepFor(double most, int wanted) {
  const double raw = std::max(most, 1e-9) / wanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power) return factor * power;
  }
  return 10 * power;
}

QString rate(double bytes) {
  return bytes >= kMega ? QString("%1 MB/s").arg(bytes / kMega) : QString("%1 KB/s").arg(bytes / 1e3);
}

QString bits(double value) {
  return value >= 1e9 ? QString("%1 Gb/s").arg(value / 1e9) : QString("%1 Mb/s").arg(value / 1e6);
}

}  // namespace

ResultsScreen::ResultsScreen(const Style& style, QWidget* parent) : Panel(style, "results", parent) {}

void ResultsScreen::open(const QString& path) {
  error_.clear();
  auto results = readResults(path, error_);
  if (results) {
    for (const Results::Group& group : results->groups()) groups_.emplace_back(files_.size(), group);
    files_.push_back(std::move(*results));
    names_ += path.section('/', -1);
  }
  update();
}

void ResultsScreen::nextGroup(int direction) {
  if (groups_.empty()) return;
  const int count = static_cast<int>(groups_.size());
  group_ = (group_ + direction + count) % count;
  update();
}

QColor ResultsScreen::colorOf(const QString& method) const {
  const Palette& p = style().palette();
  return method == "nat" ? p.vip : method == "dr" ? p.cip : method == "tun" ? p.ipvs : p.text;
}

// A shape for each method, so that the curves are told apart without colours.
void ResultsScreen::sign(Canvas& c, QPointF at, const QString& method, double size) const {
  const double r = c.px(size);
  const QColor color = colorOf(method);
  const QRectF box(at.x() - r, at.y() - r, 2 * r, 2 * r);
  c.painter.setPen(QPen(c.colors.panel, c.px(1)));
  c.painter.setBrush(color);
  if (method == "nat") {
    c.painter.drawEllipse(box);
  } else if (method == "dr") {
    c.painter.drawRect(box.adjusted(r * 0.12, r * 0.12, -r * 0.12, -r * 0.12));
  } else {
    c.painter.drawPolygon(
        QPolygonF{{at.x(), at.y() - r}, {at.x() + r, at.y() + r * 0.8}, {at.x() - r, at.y() + r * 0.8}});
  }
}

void ResultsScreen::chart(Canvas& c, const QRectF& rect, const QString& title, const std::vector<Series>& series,
                          double least, const Marks& marks) {
  c.panelGround(rect);
  c.text({rect.left() + c.px(14), rect.top() + c.px(6), rect.width() - c.px(28), c.px(28)}, Type::hook, c.colors.text,
         title);
  Axes axes{
      {rect.left() + c.px(52), rect.top() + c.px(44), rect.width() - c.px(76), rect.height() - c.px(98)}, 1, least};
  for (const Series& s : series) {
    for (const QPointF p : s.points) axes.mostX = std::max(axes.mostX, p.x()), axes.mostY = std::max(axes.mostY, p.y());
  }
  if (marks.level) axes.mostY = std::max(axes.mostY, *marks.level);
  axes.mostY *= least > 0 ? 1.02 : 1.08;
  drawAxes(c, rect, axes);
  drawMarks(c, axes, marks);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const Series& s = series[i];
    QPolygonF line;
    for (const QPointF p : s.points) line += axes.at(p.x(), p.y());
    QPen pen(colorOf(s.method), c.px(2.6));
    // Curves that lie on each other stay visible as dashes of both colours.
    if (i > 0) pen.setDashPattern(i == 1 ? QList<qreal>{6, 3} : QList<qreal>{2, 3});
    c.painter.setPen(pen);
    c.painter.setBrush(Qt::NoBrush);
    c.painter.drawPolyline(line);
    for (const QPointF p : line) sign(c, p, s.method, 4.2);
    // What a point stands for, in numbers.
    const double reach = c.px(8);
    for (qsizetype k = 0; k < line.size(); ++k) {
      const QPointF value = s.points[static_cast<std::size_t>(k)];
      spot({{line[k].x() - reach, line[k].y() - reach, 2 * reach, 2 * reach},
            s.method.toUpper() + "  " + tr("%n server(s)", nullptr, static_cast<int>(value.x())),
            title + ": " + QString::number(value.y(), 'g', 4),
            {}});
    }
  }
}

void ResultsScreen::drawAxes(Canvas& c, const QRectF& rect, const Axes& axes) {
  const QRectF& area = axes.area;
  const double stepY = stepFor(axes.mostY, std::max(2, static_cast<int>(area.height() / c.px(46))));
  for (double y = 0; y <= axes.mostY; y += stepY) {
    const QPointF p = axes.at(0, y);
    c.painter.setPen(c.pen(y == 0 ? c.colors.line : c.colors.faint, y == 0 ? 1.6 : 0.8));
    c.painter.drawLine(p, QPointF(area.right(), p.y()));
    c.text({rect.left() + c.px(4), p.y() - c.px(9), c.px(42), c.px(18)}, Type::small, c.colors.muted,
           QString::number(y), {.align = Qt::AlignRight | Qt::AlignVCenter});
  }
  const double stepX = std::max(1.0, stepFor(axes.mostX, std::max(2, static_cast<int>(area.width() / c.px(44)))));
  for (double x = 0; x <= axes.mostX; x += stepX) {
    c.text({axes.at(x, 0).x() - c.px(20), area.bottom() + c.px(4), c.px(40), c.px(18)}, Type::small, c.colors.muted,
           QString::number(x), {.align = Qt::AlignCenter});
  }
  c.text({area.left(), area.bottom() + c.px(24), area.width(), c.px(20)}, Type::small, c.colors.muted,
         tr("real servers"), {.align = Qt::AlignCenter});
}

// Published figures: a dotted line each, with its words on the curve's empty side.
void ResultsScreen::drawMarks(Canvas& c, const Axes& axes, const Marks& marks) {
  const QRectF& area = axes.area;
  const QPen dotted(c.colors.changedBar, c.px(2.2), Qt::DotLine);
  const auto words = [&](const QRectF& box, const QString& text) {
    c.roundRect(box, c.colors.changedBack, c.colors.changedBar, 1.2, 3);
    c.text(box, Type::smallBold, c.colors.text, text, {.align = Qt::AlignCenter});
  };
  const auto wide = [&](const QString& text) { return c.width(Type::smallBold, text) + c.px(12); };
  if (marks.level) {
    const double y = axes.at(0, *marks.level).y();
    c.painter.setPen(dotted);
    c.painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    words({area.left() + c.px(6), y - c.px(22), wide(marks.levelText), c.px(19)}, marks.levelText);
  }
  if (marks.place && *marks.place <= axes.mostX) {
    const double x = axes.at(*marks.place, 0).x();
    c.painter.setPen(dotted);
    c.painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const double w = wide(marks.placeText);
    words({std::clamp(x - w / 2, area.left(), area.right() - w), area.bottom() - c.px(26), w, c.px(19)},
          marks.placeText);
  }
}

// What tells a group from the others.
QString ResultsScreen::nameOfGroup(std::size_t number) const {
  const auto& [file, group] = groups_[number];
  QString text = tr("%1 a server").arg(rate(group.serverRate));
  const auto differs = [&](auto of) {
    return std::ranges::any_of(groups_, [&](const auto& other) { return of(other.second) != of(group); });
  };
  if (differs([](const Results::Group& g) { return g.nic; })) text += " · " + bits(group.nic);
  if (differs([](const Results::Group& g) { return g.directors; }))
    text += " · " + tr("%n director(s)", nullptr, group.directors);
  if (files_.size() > 1) text += " · " + names_[static_cast<qsizetype>(file)];
  return text;
}

// As many buttons as fit, the chosen one among them: those before it make room when there are too many.
void ResultsScreen::drawGroups(Canvas& c, const QRectF& rect) {
  const auto chosen = static_cast<std::size_t>(group_);
  const auto wide = [&](std::size_t i) { return c.width(Type::bodyBold, nameOfGroup(i)) + c.px(30); };
  std::size_t first = 0;
  double before = 0;
  for (std::size_t i = 0; i <= chosen; ++i) before += wide(i);
  const double room = rect.width() - c.px(230);
  while (before > room && first < chosen) before -= wide(first++);
  double x = c.px(12);
  for (std::size_t i = first; i < groups_.size(); ++i) {
    const QString text = nameOfGroup(i);
    const QRectF box(x, c.px(6), c.width(Type::bodyBold, text) + c.px(24), c.px(30));
    if (box.right() > rect.width() - c.px(210)) break;
    const bool now = i == chosen;
    c.roundRect(box, now ? c.colors.accent : c.colors.panel, now ? c.colors.accent : c.colors.line, 1.5, 6);
    c.text(box, Type::bodyBold, now ? c.colors.onAccent : c.colors.text, text, {.align = Qt::AlignCenter});
    spot({box, text, {}, [this, i] {
            group_ = static_cast<int>(i);
            update();
          }});
    x = box.right() + c.px(6);
  }
}

void ResultsScreen::drawLegend(Canvas& c, const QRectF& rect, const QStringList& methods) {
  const double h = c.px(30);
  double right = rect.width() - c.px(14);
  for (qsizetype i = methods.size() - 1; i >= 0; --i) {
    const QString name = methods[i].toUpper();
    const double w = c.width(Type::bodyBold, name) + 2;
    c.text({right - w, c.px(6), w, h}, Type::bodyBold, c.colors.text, name);
    sign(c, {right - w - c.px(13), c.px(6) + h / 2}, methods[i], 6);
    right -= w + c.px(34);
  }
}

ResultsScreen::Curves ResultsScreen::curvesOf(const Results& results, const Results::Group& group) {
  Curves out;
  for (const QString& method : results.methods()) {
    Series throughput{method, {}}, cpu{method, {}}, director{method, {}};
    for (const ResultPoint& p : results.curve(group, method)) {
      throughput.points.emplace_back(p.servers, p.clusterBytes / kMega);
      cpu.points.emplace_back(p.servers, p.cpu * 100);
      director.points.emplace_back(p.servers, p.directorBytes / kMega);
    }
    if (throughput.points.empty()) continue;
    out.throughput.push_back(std::move(throughput));
    out.cpu.push_back(std::move(cpu));
    out.director.push_back(std::move(director));
  }
  return out;
}

// Published figures of this group.
ResultsScreen::Marks ResultsScreen::marksOf(const Results& results, const Results::Group& group) {
  Marks out;
  if (results.published.bytes && results.methods().contains("nat")) {
    out.level = *results.published.bytes / kMega * group.directors;
    out.levelText = tr("published: %1 MB/s").arg(*out.level);
  }
  for (const Published::Claim& claim : results.published.claims) {
    if (std::abs(claim.serverRate - group.serverRate) > 0.5 || group.directors != 1) continue;
    out.place = claim.servers;
    out.placeText = tr("published: %n server(s)", nullptr, claim.servers);
  }
  return out;
}

void ResultsScreen::paint(Canvas& c, const QRectF& rect) {
  c.painter.fillRect(rect, c.colors.background);
  if (groups_.empty()) {
    c.text(rect.adjusted(c.px(60), 0, -c.px(60), 0), Type::why, c.colors.muted, error_,
           {.align = Qt::AlignCenter, .overflow = Overflow::wrap});
    return;
  }
  group_ = std::clamp(group_, 0, static_cast<int>(groups_.size()) - 1);
  const auto& [file, group] = groups_[static_cast<std::size_t>(group_)];
  const Results& results = files_[file];
  drawGroups(c, rect);
  drawLegend(c, rect, results.methods());

  const Curves curves = curvesOf(results, group);
  const Marks marks = marksOf(results, group);
  Marks level = marks;
  level.place.reset();
  const double gap = c.px(10);
  const double top = c.px(44);
  const double high = rect.height() - top - gap;
  const double big = (rect.width() - 3 * gap) * 0.58;
  const double small = rect.width() - big - 3 * gap;
  chart(c, {gap, top, big, high}, tr("Throughput of the cluster, MB/s"), curves.throughput, 0, marks);
  chart(c, {2 * gap + big, top, small, (high - gap) / 2}, tr("Director's CPU, %"), curves.cpu, 100, {});
  chart(c, {2 * gap + big, top + (high + gap) / 2, small, (high - gap) / 2}, tr("Through the director, MB/s"),
        curves.director, 0, level);
}

}  // namespace lvs::view
