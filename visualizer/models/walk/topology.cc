// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/topology.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lvs::view {

namespace {

// Hosts of no role stand where the clients are if they come before the first router or director, else below it.
int tierOf(HostKind kind, bool afterCentre) {
  switch (kind) {
    case HostKind::client: return 0;
    case HostKind::router: return 1;
    case HostKind::director: return 2;
    case HostKind::server: return 3;
    case HostKind::other: break;
  }
  return afterCentre ? 3 : 0;
}

int sharedSegment(const trace::HostInfo& a, const trace::HostInfo& b) {
  for (const trace::InterfaceInfo& x : a.interfaces) {
    for (const trace::InterfaceInfo& y : b.interfaces) {
      if (x.segment >= 0 && x.segment == y.segment) return x.segment;
    }
  }
  return -1;
}

using Tiers = std::map<int, std::vector<std::size_t>>;

// Each tier gets rows in proportion to how many it needs; many servers stand in a grid.
void placeNodes(const Tiers& tiers, Topology& out) {
  const auto columnsFor = [](double n) {
    if (n <= 2) return static_cast<int>(n);
    return n <= 4 ? 2 : n <= 9 ? 3 : static_cast<int>(std::ceil(std::sqrt(n * 0.8)));
  };
  double rows = 0;
  for (const auto& [tier, members] : tiers) {
    const auto n = static_cast<double>(members.size());
    out.columns = std::max(out.columns, columnsFor(n));
    rows += std::ceil(n / columnsFor(n));
  }
  const double gaps = static_cast<double>(tiers.size()) - 1;
  // A gap between tiers is where cables are seen; rows within a tier stand close.
  const double gap = 0.62;
  const double unit = 1 / (rows + gaps * gap);
  double y = 0;
  for (const auto& [tier, members] : tiers) {
    const int wide = columnsFor(static_cast<double>(members.size()));
    const int deep =
        static_cast<int>((members.size() + static_cast<std::size_t>(wide) - 1) / static_cast<std::size_t>(wide));
    for (std::size_t i = 0; i < members.size(); ++i) {
      const int row = static_cast<int>(i) / wide;
      const int inRow = row + 1 < deep ? wide : static_cast<int>(members.size()) - row * wide;
      const int column = static_cast<int>(i) % wide;
      const double cell = 1.0 / wide;
      const double left = (1 - inRow * cell) / 2 + column * cell;
      out.nodes[members[i]].rect = {left, y + row * unit, cell, unit};
    }
    y += (deep + gap) * unit;
  }
}

// Cables: neighbours on a segment one tier apart, and straight from the servers to whoever they answer to.
void addLinks(const trace::RunInfo& info, const Tiers& tiers, Topology& out) {
  for (std::size_t a = 0; a < out.nodes.size(); ++a) {
    for (std::size_t b = 0; b < out.nodes.size(); ++b) {
      const TopologyNode& up = out.nodes[a];
      const TopologyNode& low = out.nodes[b];
      if (up.tier > low.tier || (up.tier == low.tier && a >= b)) continue;
      const int segment = sharedSegment(info.hosts[a], info.hosts[b]);
      if (segment < 0) continue;
      const bool siblings = up.tier == low.tier;
      if (siblings && out.nodes.size() > 2 && tiers.size() > 1) continue;
      bool between = false;
      for (const TopologyNode& other : out.nodes) between = between || (other.tier > up.tier && other.tier < low.tier);
      out.links.push_back({a, b, segment, between});
    }
  }
}

}  // namespace

std::size_t Topology::nodeOf(trace::HostId host) const {
  return static_cast<std::size_t>(std::ranges::find(nodes, host, &TopologyNode::host) - nodes.begin());
}

std::size_t Topology::linkOf(trace::HostId a, trace::HostId b) const {
  const std::size_t x = nodeOf(a), y = nodeOf(b);
  const auto at = std::ranges::find_if(
      links, [&](const TopologyLink& l) { return (l.a == x && l.b == y) || (l.a == y && l.b == x); });
  return static_cast<std::size_t>(at - links.begin());
}

Topology topologyOf(const trace::RunInfo& info) {
  Topology out;
  bool afterCentre = false;
  Tiers tiers;
  for (const trace::HostInfo& host : info.hosts) {
    const HostKind kind = kindOf(host);
    if (kind == HostKind::router || kind == HostKind::director) afterCentre = true;
    const int tier = tierOf(kind, afterCentre);
    tiers[tier].push_back(out.nodes.size());
    out.nodes.push_back({host.id, kind, {}, tier});
  }
  if (out.nodes.empty()) return out;
  // Two hosts of the same kind and no centre: one above the other.
  if (tiers.size() == 1 && out.nodes.size() == 2) {
    out.nodes[1].tier = 3;
    tiers = {{0, {0}}, {3, {1}}};
  }
  placeNodes(tiers, out);
  addLinks(info, tiers, out);
  return out;
}

}  // namespace lvs::view
