// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/packet-list.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

namespace lvs::view {

namespace {

// Shares of the width: the least that columns have, and what the path keeps.
constexpr double kLeast[] = {0.06, 0.118, 0.16, 0.1, 0.2};
constexpr double kLeft = 0.012;

bool isMono(int column) {
  return column == PacketListModel::time || column == PacketListModel::fromTo || column == PacketListModel::number;
}

}  // namespace

PacketList::PacketList(const Style& style, Session& session, QWidget* parent)
    : QAbstractScrollArea(parent), style_(style), session_(session), model_(session) {
  setObjectName("packets");
  setFocusPolicy(Qt::NoFocus);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  const auto refresh = [this] {
    updateScrollBar();
    viewport()->update();
  };
  connect(&model_, &QAbstractItemModel::modelReset, this, [this, refresh] {
    wide_[0] = wide_[1] = wide_[2] = 0;
    refresh();
  });
  connect(&model_, &QAbstractItemModel::rowsInserted, this, refresh);
  connect(&session, &Session::momentChanged, this, [this] { showCurrent(); });
  connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { viewport()->update(); });
}

void PacketList::relayout() {
  updateScrollBar();
  showCurrent();
  viewport()->update();
}

void PacketList::updateScrollBar() {
  const int inSight = std::max(1, static_cast<int>((viewport()->height() - headHeight()) / rowHeight()));
  verticalScrollBar()->setPageStep(inSight);
  verticalScrollBar()->setRange(0, std::max(0, model_.rowCount() - inSight));
}

void PacketList::resizeEvent(QResizeEvent*) { relayout(); }

void PacketList::showCurrent() {
  const int row = session_.empty() ? -1 : session_.rowOf(session_.moment().walk);
  QScrollBar* bar = verticalScrollBar();
  if (row >= 0) {
    if (row < bar->value()) bar->setValue(row);
    if (row >= bar->value() + bar->pageStep()) bar->setValue(row - bar->pageStep() + 1);
  }
  viewport()->update();
}

// Left edges of the columns, and the right edge of the last. Addresses and infos have what those in sight need, as far
// as the path keeps its share.
std::vector<double> PacketList::edgesOf(Canvas& c, const QRectF& rect) {
  std::vector<double> widths;
  double free = rect.width() * (1 - kLeft);
  for (const double least : kLeast) free -= widths.emplace_back(least * rect.width());
  const int first = verticalScrollBar()->value();
  const int last = std::min(model_.rowCount(), first + verticalScrollBar()->pageStep() + 1);
  // Of short paths the rest is the infos'.
  double path = 0;
  for (int row = first; row < last; ++row)
    path = std::max(
        path, c.width(Type::body, model_.data(model_.index(row, PacketListModel::path), Qt::DisplayRole).toString()));
  wide_[2] = std::max(wide_[2], (path + c.px(24)) / style_.scale);
  if (const double spare = widths.back() - style_.px(wide_[2]); spare > 0) {
    widths.back() -= spare;
    free += spare;
  }
  for (const int column : {static_cast<int>(PacketListModel::fromTo), static_cast<int>(PacketListModel::info)}) {
    double& width = widths[static_cast<std::size_t>(column)];
    double& wide = wide_[column == PacketListModel::info ? 1 : 0];
    for (int row = first; row < last; ++row) {
      const QString text = model_.data(model_.index(row, column), Qt::DisplayRole).toString();
      wide = std::max(wide, (c.width(isMono(column) ? Type::mono : Type::body, text) + c.px(14)) / style_.scale);
    }
    const double more = std::clamp(style_.px(wide) - width, 0.0, std::max(free, 0.0));
    width += more;
    free -= more;
  }
  std::vector<double> edges{kLeft * rect.width()};
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) edges.push_back(edges.back() + widths[i]);
  edges.push_back(rect.width());
  return edges;
}

void PacketList::paintEvent(QPaintEvent*) {
  QPainter painter(viewport());
  const QRectF rect(viewport()->rect());
  Canvas c(painter, style_, "packets", rect);
  c.painter.fillRect(rect, c.colors.background);
  c.panelGround(rect);
  const double head = headHeight(), height = rowHeight();
  const std::vector<double> edges = edgesOf(c, rect);
  const auto cell = [&](int column, double y, double h) {
    const auto at = static_cast<std::size_t>(column);
    return QRectF(edges[at], y, edges[at + 1] - edges[at] - c.px(6), h);
  };
  for (int column = 0; column < PacketListModel::columns; ++column) {
    c.text(cell(column, 0, head), Type::smallBold, c.colors.muted,
           model_.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
  }
  if (model_.rowCount() == 0) return;
  const int current = session_.rowOf(session_.moment().walk);
  const int first = verticalScrollBar()->value();
  for (int row = first; row < model_.rowCount(); ++row) {
    const double y = head + (row - first) * height;
    if (y + height > rect.height() + 0.5) break;
    if (row == current) c.painter.fillRect(QRectF(0, y, rect.width(), height), c.colors.accentSoft);
    const bool dropped = model_.data(model_.index(row, 0), PacketListModel::droppedRole).toBool();
    if (row == current) c.painter.fillRect(QRectF(0, y, c.px(3), height), c.colors.accent);
    for (int column = 0; column < PacketListModel::columns; ++column) {
      const QString text = model_.data(model_.index(row, column), Qt::DisplayRole).toString();
      const bool mono = isMono(column);
      const QColor color = column == PacketListModel::path && dropped ? c.colors.drop : c.colors.text;
      c.text(cell(column, y, height), mono ? Type::mono : Type::body, color, text,
             {.overflow = Overflow::elide, .mayElide = true});
    }
  }
}

void PacketList::mousePressEvent(QMouseEvent* event) {
  const double y = event->position().y() - headHeight();
  const int row = verticalScrollBar()->value() + static_cast<int>(std::floor(y / rowHeight()));
  if (y < 0 || row >= model_.rowCount()) return;
  session_.go({session_.walkAt(static_cast<std::size_t>(row)), 0});
}

}  // namespace lvs::view
