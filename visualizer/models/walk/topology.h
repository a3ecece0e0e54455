// SPDX-License-Identifier: GPL-2.0-or-later
// The picture of the network: hosts below each other, clients on top, and beside them the segments as buses, which
// every host on one hangs on. No drawing here.
#pragma once

#include <vector>

#include "models/walk/roles.h"
#include "models/walk/walk.h"

namespace lvs::view {

struct Topology {
  // A host, or where there are many servers those that have nothing to do with the packet.
  struct Row {
    HostKind kind = HostKind::other;
    std::vector<trace::HostId> hosts;
    bool group() const { return hosts.size() > 1; }
  };
  struct Bus {
    int segment = 0;
    std::vector<std::size_t> rows;  // that hang on it, from the top
    int lane = 0;                   // 1, 2, ... left of the hosts from the inside out, -1, -2, ... right of them
  };
  std::vector<Row> rows;
  std::vector<Bus> buses;
  int left = 0, right = 0;  // lanes

  std::size_t rowOf(trace::HostId host) const;  // rows.size(): none
  // The bus that both hosts hang on; buses.size(): none.
  std::size_t busOf(trace::HostId a, trace::HostId b) const;
};

// All hosts from the top to the bottom of the picture.
std::vector<trace::HostId> orderOf(const trace::RunInfo& info);
// `concerned`: hosts that have a row of their own, however many there are.
Topology topologyOf(const trace::RunInfo& info, const std::vector<trace::HostId>& concerned);
// Hosts that a packet, and what it causes, is about: not those that throw it away or keep silent.
std::vector<trace::HostId> concernedBy(const Walk& walk);

}  // namespace lvs::view
