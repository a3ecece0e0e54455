// SPDX-License-Identifier: GPL-2.0-or-later
// The load of a point: the light generator where every request is the same and servers answer at once, else clients and
// servers of LvsWork; and what is measured at both ends.
#pragma once

#include <vector>

#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-work-client.h"
#include "ns3/lvs-work-server.h"
#include "sweep/point.h"

namespace lvs::scenarios {

// Mean and percentiles; nothing where nothing was completed.
void report_latency(const ns3::LvsLoadHistogram& latency, PointResult& result);

class PointLoad {
 public:
  // Puts clients and servers on the cluster's machines. `rate`: requests a second of all clients.
  PointLoad(const PointSpec& spec, ns3::LvsCluster& cluster, double rate);
  PointLoad(const PointLoad&) = delete;
  PointLoad& operator=(const PointLoad&) = delete;

  // The measured window begins; it is `seconds` long.
  void begin(double seconds);
  ns3::LvsLoadCounters clients() const;
  ns3::LvsLoadCounters servers() const;
  // What clients and servers know; rates over the window that begin() was told.
  void report(PointResult& result);
  // Latencies as they came, and when, in seconds of the simulation; only with spec.observe.
  const std::vector<double>& latencies() const { return latencies_; }
  const std::vector<double>& moments() const { return moments_; }

 private:
  void install_detailed(double rate);
  void schedule_events();
  void look();
  void adjust_weights();
  void on_latency(ns3::Time latency);
  void report_servers(PointResult& result);
  void report_classes(PointResult& result) const;
  // The class of a client machine; nullptr where there are none.
  const ClientClass* class_of(std::size_t client) const {
    const auto& classes = spec_.ask.classes;
    return classes.empty() ? nullptr : &classes[client / spec_.clients];
  }
  double capacity_of(std::size_t server) const { return spec_.ask.capacities[server % spec_.ask.capacities.size()]; }

  const PointSpec& spec_;
  ns3::LvsCluster& cluster_;
  std::vector<ns3::Ptr<ns3::LvsWorkServer>> servers_;
  std::vector<ns3::Ptr<ns3::LvsWorkClient>> clients_;  // the first ones of the first class, and so on
  std::vector<double> latencies_, moments_;
  std::vector<double> sums_, counts_;  // of the window's twentieths
  double begun_ = 0, seconds_ = 0;
  std::vector<double> agent_busy_, agent_completed_;  // at the last look
  double connections_ = 0;
  unsigned looks_ = 0;
};

}  // namespace lvs::scenarios
