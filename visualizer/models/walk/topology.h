// SPDX-License-Identifier: GPL-2.0-or-later
// Where hosts stand in the picture of the network: clients on top, then routers, directors, real servers. No drawing
// here.
#pragma once

#include <QPointF>
#include <QRectF>
#include <vector>

#include "models/walk/roles.h"

namespace lvs::view {

struct TopologyNode {
  trace::HostId host = 0;
  HostKind kind = HostKind::other;
  QRectF rect;  // in the unit square
  int tier = 0;
};

struct TopologyLink {
  std::size_t a = 0, b = 0;  // nodes, a above b
  int segment = -1;
  bool curved = false;  // passes tiers between
};

struct Topology {
  std::vector<TopologyNode> nodes;
  std::vector<TopologyLink> links;
  int columns = 1;  // of the widest tier: how much a node can say

  std::size_t nodeOf(trace::HostId host) const;  // nodes.size(): none
  // The link that frames between these hosts take; links.size(): none.
  std::size_t linkOf(trace::HostId a, trace::HostId b) const;
};

Topology topologyOf(const trace::RunInfo& info);

}  // namespace lvs::view
