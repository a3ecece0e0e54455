// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/topology.h"

#include <algorithm>
#include <map>

#include "models/walk/noise.h"

namespace lvs::view {

namespace {

constexpr std::size_t kMostServers = 6;    // with a row each
constexpr std::size_t kMostConcerned = 5;  // of more servers than that

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

std::map<int, std::vector<const trace::HostInfo*>> tiersOf(const trace::RunInfo& info) {
  bool afterCentre = false;
  std::map<int, std::vector<const trace::HostInfo*>> tiers;
  for (const trace::HostInfo& host : info.hosts) {
    const HostKind kind = kindOf(host);
    if (kind == HostKind::router || kind == HostKind::director) afterCentre = true;
    tiers[tierOf(kind, afterCentre)].push_back(&host);
  }
  return tiers;
}

void addRows(const std::vector<const trace::HostInfo*>& tier, const std::vector<trace::HostId>& concerned,
             Topology& out) {
  std::size_t own = 0;
  Topology::Row rest;
  for (const trace::HostInfo* host : tier) {
    const bool named = std::ranges::find(concerned, host->id) != concerned.end() && own < kMostConcerned;
    if (tier.size() <= kMostServers || named) {
      ++own;
      out.rows.push_back({kindOf(*host), {host->id}});
    } else {
      rest.kind = kindOf(*host);
      rest.hosts.push_back(host->id);
    }
  }
  if (!rest.hosts.empty()) out.rows.push_back(std::move(rest));
}

// Buses whose rows overlap stand in lanes of their own; the sides take turns.
void addBuses(const trace::RunInfo& info, Topology& out) {
  std::map<int, std::vector<std::size_t>> rowsOf;  // by segment
  for (std::size_t row = 0; row < out.rows.size(); ++row) {
    for (const trace::HostId id : out.rows[row].hosts) {
      for (const trace::InterfaceInfo& interface : info.host(id)->interfaces) {
        if (interface.segment < 0) continue;
        std::vector<std::size_t>& rows = rowsOf[interface.segment];
        if (rows.empty() || rows.back() != row) rows.push_back(row);
      }
    }
  }
  for (auto& [segment, rows] : rowsOf) out.buses.push_back({segment, std::move(rows), 0});
  std::ranges::stable_sort(out.buses, {}, [](const Topology::Bus& bus) { return bus.rows.front(); });
  bool left = true;
  for (std::size_t i = 0; i < out.buses.size(); ++i) {
    Topology::Bus& bus = out.buses[i];
    int lane = 1;
    const auto taken = [&](int wanted) {
      return std::any_of(out.buses.begin(), out.buses.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const Topology::Bus& other) {
                           return other.lane == wanted && other.rows.front() <= bus.rows.back() &&
                                  bus.rows.front() <= other.rows.back();
                         });
    };
    while (taken(left ? lane : -lane)) ++lane;
    bus.lane = left ? lane : -lane;
    (left ? out.left : out.right) = std::max(left ? out.left : out.right, lane);
    left = !left;
  }
}

}  // namespace

std::size_t Topology::rowOf(trace::HostId host) const {
  const auto at =
      std::ranges::find_if(rows, [&](const Row& row) { return std::ranges::find(row.hosts, host) != row.hosts.end(); });
  return static_cast<std::size_t>(at - rows.begin());
}

std::size_t Topology::busOf(trace::HostId a, trace::HostId b) const {
  const std::size_t x = rowOf(a), y = rowOf(b);
  const auto at = std::ranges::find_if(buses, [&](const Bus& bus) {
    return std::ranges::find(bus.rows, x) != bus.rows.end() && std::ranges::find(bus.rows, y) != bus.rows.end();
  });
  return static_cast<std::size_t>(at - buses.begin());
}

std::vector<trace::HostId> orderOf(const trace::RunInfo& info) {
  std::vector<trace::HostId> out;
  for (const auto& [tier, members] : tiersOf(info)) {
    for (const trace::HostInfo* host : members) out.push_back(host->id);
  }
  return out;
}

Topology topologyOf(const trace::RunInfo& info, const std::vector<trace::HostId>& concerned) {
  Topology out;
  for (const auto& [tier, members] : tiersOf(info)) addRows(members, concerned, out);
  addBuses(info, out);
  return out;
}

std::vector<trace::HostId> concernedBy(const Walk& walk) {
  std::vector<trace::HostId> out;
  for (const Visit& visit : walk.visits) {
    const Step& last = walk.steps[static_cast<std::size_t>(visit.steps.back())];
    if (last.silent() || last.noise()) continue;
    if (std::ranges::find(out, visit.host) == out.end()) out.push_back(visit.host);
  }
  return out;
}

}  // namespace lvs::view
