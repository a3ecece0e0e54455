// SPDX-License-Identifier: GPL-2.0-or-later
// The way of a packet through one host: which boxes of the netfilter map it passes, in which order. No drawing here.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

#include "models/walk/walk.h"

namespace lvs::view {

enum class HookNode {
  in,
  preRouting,
  route,
  forward,
  localIn,
  ipvs,
  socket,
  localOut,
  postRouting,
  out,
  tunnelIn,
  tunnelOut,
  arpIn,
  arpOut,
  count_
};

struct HookMap {
  struct Box {
    HookNode node;
    QRectF rect;             // of a map of 586 x 250
    QString label;           // not translated; empty: nodeLabel() has the words
    std::vector<int> steps;  // of the walk, in order
  };
  struct Edge {
    HookNode from, to;
    std::vector<QPointF> points;
    int step = -1;  // of the walk: the one that came along it; -1: not used
    QString label;
    QPointF labelAt;
  };
  std::vector<Box> boxes;
  std::vector<Edge> edges;

  const Box* box(HookNode node) const;
};

inline constexpr double kMapWidth = 586, kMapHeight = 250;

HookNode nodeOf(trace::Stage stage);
// The map of a host with nothing on it, and with a visit.
HookMap hookMapOf(bool hasIpvs, bool arp);
HookMap hookMapOf(const Walk& walk, const Visit& visit, bool hasIpvs, const trace::RunInfo& info);

QString nodeLabel(HookNode node);
// "4", "8–9", "5, 9"
QString stepNumbers(const std::vector<int>& steps);

}  // namespace lvs::view
