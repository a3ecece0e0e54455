// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/hook-map.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

namespace lvs::view {

namespace {

using Node = HookNode;

QRectF around(double x, double y, double w, double h) { return {x - w / 2, y - h / 2, w, h}; }

struct Parts {
  bool ipvs = false, socket = false, tunnelIn = false, tunnelOut = false;
};

constexpr double kMiddle = 122, kTop = 52, kBottom = 192;

void addEdge(HookMap& map, Node from, Node to, std::vector<QPointF> way) {
  map.edges.push_back({from, to, std::move(way), -1, {}, {}});
}

HookMap ipMap(const Parts& parts) {
  HookMap map;
  const auto add = [&](Node node, QRectF rect) { map.boxes.push_back({node, rect, {}, {}}); };
  const bool both = parts.ipvs && parts.socket;
  add(Node::in, around(42, kMiddle, 56, 34));
  add(Node::preRouting, around(144, kMiddle, 122, 44));
  add(Node::route, around(264, kMiddle, 92, 64));
  add(Node::forward, around(343, kTop, 106, 44));
  add(Node::localIn, both ? around(150, kBottom, 80, 44) : around(176, kBottom, 88, 44));
  if (parts.ipvs) add(Node::ipvs, both ? around(254, kBottom, 92, 46) : around(307, kBottom, 108, 46));
  if (parts.socket) add(Node::socket, both ? around(358, kBottom, 72, 44) : around(307, kBottom, 108, 44));
  add(Node::localOut, both ? around(458, kBottom, 88, 44) : around(437, kBottom, 94, 44));
  add(Node::postRouting, around(437, kMiddle, 134, 44));
  add(Node::out, around(544, kMiddle, 58, 34));
  if (parts.tunnelIn) add(Node::tunnelIn, around(48, kBottom, 68, 34));
  if (parts.tunnelOut) add(Node::tunnelOut, around(548, kBottom, 62, 34));

  const auto rect = [&](Node node) { return map.box(node)->rect; };
  const auto right = [&](Node node) { return QPointF(rect(node).right(), rect(node).center().y()); };
  const auto left = [&](Node node) { return QPointF(rect(node).left(), rect(node).center().y()); };
  const auto up = [&](Node node) { return QPointF(rect(node).center().x(), rect(node).top()); };
  const auto down = [&](Node node) { return QPointF(rect(node).center().x(), rect(node).bottom()); };
  const auto straight = [&](Node from, Node to) { addEdge(map, from, to, {right(from), left(to)}); };
  straight(Node::in, Node::preRouting);
  straight(Node::preRouting, Node::route);
  addEdge(map, Node::route, Node::forward, {up(Node::route), {264, kTop}, left(Node::forward)});
  const double turn = (rect(Node::route).bottom() + rect(Node::localIn).top()) / 2;
  addEdge(map, Node::route, Node::localIn,
          {down(Node::route), {264, turn}, {rect(Node::localIn).center().x(), turn}, up(Node::localIn)});
  addEdge(map, Node::forward, Node::postRouting, {right(Node::forward), {437, kTop}, up(Node::postRouting)});
  if (both) {
    straight(Node::localIn, Node::ipvs);
    straight(Node::ipvs, Node::socket);
    straight(Node::socket, Node::localOut);
  } else {
    const Node between = parts.ipvs ? Node::ipvs : Node::socket;
    straight(Node::localIn, between);
    straight(between, Node::localOut);
  }
  const double x = std::clamp(rect(Node::localOut).center().x(), rect(Node::postRouting).left(), 500.0);
  addEdge(map, Node::localOut, Node::postRouting,
          {{x, rect(Node::localOut).top()}, {x, rect(Node::postRouting).bottom()}});
  straight(Node::postRouting, Node::out);
  if (parts.tunnelIn) {
    addEdge(map, Node::localIn, Node::tunnelIn, {left(Node::localIn), right(Node::tunnelIn)});
    addEdge(map, Node::tunnelIn, Node::preRouting,
            {up(Node::tunnelIn), {48, 158}, {110, 158}, {110, rect(Node::preRouting).bottom()}});
  }
  if (parts.tunnelOut) {
    addEdge(map, Node::postRouting, Node::tunnelOut, {{496, 144}, {496, 160}, {548, 160}, up(Node::tunnelOut)});
    addEdge(map, Node::tunnelOut, Node::localOut, {left(Node::tunnelOut), right(Node::localOut)});
  }
  for (HookMap::Edge& edge : map.edges) {
    if (edge.from != Node::route) continue;
    edge.label = edge.to == Node::forward ? "forward" : "local";
    edge.labelAt = edge.to == Node::forward ? QPointF(258, 76) : QPointF(290, 144);
  }
  return map;
}

HookMap arpMap() {
  HookMap map;
  map.boxes = {{Node::in, around(52, kMiddle, 64, 38), {}, {}},
               {Node::arpIn, around(200, kMiddle, 130, 54), {}, {}},
               {Node::arpOut, around(386, kMiddle, 130, 54), {}, {}},
               {Node::out, around(534, kMiddle, 64, 38), {}, {}}};
  addEdge(map, Node::in, Node::arpIn, {{84, kMiddle}, {135, kMiddle}});
  addEdge(map, Node::arpIn, Node::arpOut, {{265, kMiddle}, {321, kMiddle}});
  addEdge(map, Node::arpOut, Node::out, {{451, kMiddle}, {502, kMiddle}});
  return map;
}

}  // namespace

const HookMap::Box* HookMap::box(HookNode node) const {
  const auto at = std::ranges::find(boxes, node, &Box::node);
  return at == boxes.end() ? nullptr : &*at;
}

HookNode nodeOf(trace::Stage stage) {
  using trace::Stage;
  switch (stage) {
    case Stage::wire_in: return Node::in;
    case Stage::pre_routing: return Node::preRouting;
    case Stage::routing: return Node::route;
    case Stage::local_in: return Node::localIn;
    case Stage::forward: return Node::forward;
    case Stage::local_out: return Node::localOut;
    case Stage::post_routing: return Node::postRouting;
    case Stage::ipvs_in:
    case Stage::ipvs_out:
    case Stage::ipvs_xmit: return Node::ipvs;
    case Stage::tunnel_in: return Node::tunnelIn;
    case Stage::tunnel_out: return Node::tunnelOut;
    case Stage::socket: return Node::socket;
    case Stage::arp_in: return Node::arpIn;
    case Stage::arp_out: return Node::arpOut;
    case Stage::neighbour:
    case Stage::wire_out: return Node::out;
  }
  return Node::in;
}

HookMap hookMapOf(bool hasIpvs, bool arp) {
  if (arp) return arpMap();
  return ipMap({.ipvs = hasIpvs, .socket = !hasIpvs});
}

HookMap hookMapOf(const Walk& walk, const Visit& visit, bool hasIpvs, const trace::RunInfo& info) {
  using trace::Stage;
  const auto stepAt = [&](int i) -> const Step& { return walk.steps[static_cast<std::size_t>(i)]; };
  Parts parts{.ipvs = hasIpvs};
  for (const int i : visit.steps) {
    switch (stepAt(i).data.stage) {
      case Stage::ipvs_in:
      case Stage::ipvs_xmit:
      case Stage::ipvs_out: parts.ipvs = true; break;
      case Stage::socket: parts.socket = true; break;
      case Stage::tunnel_in: parts.tunnelIn = true; break;
      case Stage::tunnel_out: parts.tunnelOut = true; break;
      default: break;
    }
  }
  // A packet of this host's own starts at a socket.
  const bool own = !visit.steps.empty() && stepAt(visit.steps.front()).data.stage != Stage::wire_in;
  parts.socket = parts.socket || own || !parts.ipvs;
  HookMap map = visit.arp ? arpMap() : ipMap(parts);

  Node last = own && !visit.arp ? Node::socket : Node::count_;
  for (const int i : visit.steps) {
    const trace::Record& data = stepAt(i).data;
    Node node = nodeOf(data.stage);
    // What IPVS does on FORWARD and OUTPUT happens in their boxes; only requests go through the one of its own.
    if (data.stage == Stage::ipvs_out)
      node = last == Node::forward || last == Node::localOut || last == Node::localIn ? last : Node::forward;
    // What IPVS drops while it sends, Linux drops on INPUT.
    if (data.stage == Stage::local_in && parts.ipvs && data.hook_name.starts_with("ip_vs_")) node = Node::ipvs;
    // The second lookup, for the way out, is no box of its own; a socket asks before OUTPUT.
    if (data.stage == Stage::routing && last != Node::preRouting && last != Node::count_ && last != Node::in) {
      node = last;
    }
    const auto box = std::ranges::find(map.boxes, node, &HookMap::Box::node);
    if (box == map.boxes.end()) continue;
    box->steps.push_back(i);
    if ((node == Node::in || node == Node::out) && data.ifindex != 0) {
      const std::string_view name = info.interface_name(data.host, data.ifindex);
      box->label = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    for (HookMap::Edge& edge : map.edges) {
      if (edge.from == last && edge.to == node) edge.step = i;
    }
    last = node;
  }
  return map;
}

QString nodeLabel(HookNode node) {
  const auto worded = [](const char* text) { return QCoreApplication::translate("HookMap", text); };
  switch (node) {
    case Node::in: return worded(QT_TRANSLATE_NOOP("HookMap", "in"));
    case Node::preRouting: return "PREROUTING";
    case Node::route: return worded(QT_TRANSLATE_NOOP("HookMap", "route?"));
    case Node::forward: return "FORWARD";
    case Node::localIn: return "INPUT";
    case Node::ipvs: return "IPVS";
    case Node::socket: return worded(QT_TRANSLATE_NOOP("HookMap", "socket"));
    case Node::localOut: return "OUTPUT";
    case Node::postRouting: return "POSTROUTING";
    case Node::out: return worded(QT_TRANSLATE_NOOP("HookMap", "out"));
    case Node::tunnelIn:
    case Node::tunnelOut: return "tunl0";
    case Node::arpIn: return worded(QT_TRANSLATE_NOOP("HookMap", "ARP in"));
    case Node::arpOut: return worded(QT_TRANSLATE_NOOP("HookMap", "ARP out"));
    case Node::count_: break;
  }
  return {};
}

QString stepNumbers(const std::vector<int>& steps) {
  QStringList runs;
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t last = i;
    while (last + 1 < steps.size() && steps[last + 1] == steps[last] + 1) ++last;
    runs += last == i ? QString::number(steps[i] + 1) : QString("%1–%2").arg(steps[i] + 1).arg(steps[last] + 1);
    i = last + 1;
  }
  // Many passes: the first and the last say enough.
  if (runs.size() > 2 || runs.join(",").size() > 6)
    return QString("%1…%2").arg(steps.front() + 1).arg(steps.back() + 1);
  return runs.join(",");
}

}  // namespace lvs::view
