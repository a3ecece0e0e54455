// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/point.h"

#include <ns3/boolean.h>
#include <ns3/data-rate.h>
#include <ns3/global-value.h>
#include <ns3/nstime.h>
#include <ns3/rng-seed-manager.h>
#include <ns3/simulator.h>
#include <ns3/type-id.h>
#include <ns3/uinteger.h>

#include <algorithm>
#include <cmath>

#include "common/statistics.h"
#include "ns3/lvs-clock.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-scheduler.h"
#include "sweep/attributes.h"
#include "sweep/hybrid.h"
#include "sweep/moments.h"
#include "sweep/point-load.h"
#include "sweep/point-pcap.h"
#include "sweep/point-trace.h"

namespace lvs::scenarios {

const char* name_of(Method method) {
  switch (method) {
    case Method::nat: return "NAT";
    case Method::dr: return "DR";
    case Method::tun: return "TUN";
  }
  return "?";
}

const char* lower_name_of(Method method) {
  switch (method) {
    case Method::nat: return "nat";
    case Method::dr: return "dr";
    case Method::tun: return "tun";
  }
  return "?";
}

const char* name_of(LoadKind kind) {
  switch (kind) {
    case LoadKind::raw: return "raw";
    case LoadKind::udp: return "udp";
    case LoadKind::tcp: return "tcp";
  }
  return "?";
}

ns3::LvsLoadProfile profile_of(const PointSpec& spec) {
  if (spec.load == LoadKind::udp) return ns3::LvsLoadProfile::Udp(spec.request_size, spec.reply_size);
  if (spec.load == LoadKind::tcp) {
    const auto mss = static_cast<std::uint16_t>(spec.packet_size - 40);
    return ns3::LvsLoadProfile::Tcp(spec.request_size, spec.reply_size, mss);
  }
  // The reply in packets of packet_size; what does not divide evenly is spread, so that none is tiny.
  const unsigned packets = std::max(1u, (spec.reply_size + spec.packet_size - 1) / spec.packet_size);
  std::vector<std::uint16_t> lengths;
  for (unsigned i = 0; i < packets; ++i) {
    const unsigned begin = static_cast<unsigned>(std::uint64_t{spec.reply_size} * i / packets);
    const unsigned end = static_cast<unsigned>(std::uint64_t{spec.reply_size} * (i + 1) / packets);
    lengths.push_back(static_cast<std::uint16_t>(std::max(end - begin, 28u)));
  }
  return ns3::LvsLoadProfile::Raw(static_cast<std::uint16_t>(spec.request_size), lengths);
}

double exchange_bytes(const PointSpec& spec) { return static_cast<double>(profile_of(spec).GetExchangeBytes()); }
double request_packets(const PointSpec& spec) { return static_cast<double>(profile_of(spec).GetRequestCost().packets); }
double reply_packets(const PointSpec& spec) { return static_cast<double>(profile_of(spec).GetReplyCost().packets); }

double reply_share(const PointSpec& spec) {
  return static_cast<double>(profile_of(spec).GetReplyCost().bytes) / exchange_bytes(spec);
}

namespace {

// What the directors' NICs lost on the way in (at the switch's port) and out.
std::uint64_t nic_drops(const ns3::NetDeviceContainer& devices) {
  std::uint64_t drops = 0;
  for (std::uint32_t i = 0; i < devices.GetN(); ++i) {
    const auto device = ns3::DynamicCast<ns3::LvsEthNetDevice>(devices.Get(i));
    drops += device->GetCounters().txDropped + device->GetPeer()->GetCounters().txDropped;
  }
  return drops;
}

// Requests of a walk: each server gets two, and the next begins when the last one is over.
constexpr unsigned kWalkRequests = 2, kMostWalkRequests = 16;
constexpr double kWalkRate = 50;  // a second

}  // namespace

void set_director_cpu(const PointSpec& spec, const std::function<void(const std::string&, ns3::Time)>& set) {
  set("ReceiveCost", ns3::LvsClock::ToNs3(spec.cpu.route));
  set("RouteCost", ns3::LvsClock::ToNs3(spec.cpu.route));
  set("RewriteCost", ns3::LvsClock::ToNs3(spec.cpu.rewrite));
  set("DirectRouteCost", ns3::LvsClock::ToNs3(spec.cpu.droute));
  set("EncapsulationCost", ns3::LvsClock::ToNs3(spec.cpu.encapsulate));
}

ns3::LvsClusterConfig config_of(const PointSpec& spec) {
  ns3::LvsClusterConfig config;
  config.method = spec.method == Method::nat  ? ns3::LvsMethod::NAT
                  : spec.method == Method::dr ? ns3::LvsMethod::DR
                                              : ns3::LvsMethod::TUN;
  config.servers = spec.servers;
  config.clients = spec.clients * static_cast<unsigned>(std::max<std::size_t>(1, spec.ask.classes.size()));
  config.addressesPerClient = spec.client_addresses;
  config.udp = spec.load != LoadKind::tcp;
  config.scheduler = spec.scheduler;
  config.weights.assign(spec.ask.weights.begin(), spec.ask.weights.end());
  config.queue = spec.queue;
  config.pinNeighbours = pinned(spec);
  config.raiseNeighbourLimits = spec.neighbours == Neighbours::raised;
  const auto rate = [](double bits) { return ns3::DataRate(static_cast<std::uint64_t>(std::llround(bits))); };
  config.serverRate = rate(spec.link_rate);
  config.directorRate = rate(spec.nic == 0 ? spec.link_rate : spec.nic);
  config.backboneRate = rate(std::max(spec.link_rate * 100, 100e9));  // never what limits
  config.delay = ns3::LvsClock::ToNs3(spec.delay);
  return config;
}

namespace {

// One run of the simulator. `observed`: latencies and their moments, if they are wanted.
PointResult run_once(const PointSpec& spec, std::vector<double>* latencies = nullptr,
                     std::vector<double>* moments = nullptr) {
  ns3::LvsClusterHelper helper(config_of(spec));
  helper.SetDirectorAttribute("CpuEnabled", ns3::BooleanValue(true));
  set_director_cpu(
      spec, [&](const std::string& name, ns3::Time cost) { helper.SetDirectorAttribute(name, ns3::TimeValue(cost)); });
  ns3::LvsCluster cluster = helper.Build();
  const double offered = spec.walk ? kWalkRate : spec.servers * spec.server_rate / exchange_bytes(spec);
  PointLoad load(spec, cluster, offered);
  std::chrono::nanoseconds duration = spec.duration;
  if (spec.walk) {
    const unsigned requests = std::min(kWalkRequests * spec.servers, kMostWalkRequests);
    duration = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / kWalkRate * requests)) - spec.warm_up;
    for (const auto& client : cluster.loadClients)
      client->SetStopTime(ns3::LvsClock::ToNs3(kLoadStart + spec.warm_up + duration));
  }
  PointTrace trace(spec, cluster.nodes);
  PointPcap pcap(spec, cluster.nodes);

  const double seconds = std::chrono::duration<double>(duration).count();
  std::uint64_t nic_drops_before = 0;
  ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart + spec.warm_up), [&] {
    load.begin(seconds);
    nic_drops_before = nic_drops(cluster.directorDevices);
  });
  ns3::Simulator::Stop(ns3::LvsClock::ToNs3(kLoadStart + spec.warm_up + duration));
  ns3::Simulator::Run();
  const bool outputs_failed = !trace.finish() || !pcap.finish();

  const host::CpuCounters cpu = cluster.director->GetCpuCounters();
  PointResult result;
  result.outputs_failed = outputs_failed;
  result.director_bytes_per_s = static_cast<double>(cpu.ip_bytes) / seconds;
  result.director_packets_per_s = static_cast<double>(cpu.ip_packets) / seconds;
  result.cpu = std::min(cluster.director->GetCpuUtilization(), 1.0);
  result.nic_drops = static_cast<double>(nic_drops(cluster.directorDevices) - nic_drops_before);
  result.drops = static_cast<double>(cpu.dropped) + result.nic_drops;
  result.mean_packet_bytes =
      cpu.ip_packets == 0 ? kNothing : static_cast<double>(cpu.ip_bytes) / static_cast<double>(cpu.ip_packets);
  result.warm_up_s = std::chrono::duration<double>(spec.warm_up).count();
  load.report(result);
  if (latencies != nullptr) *latencies = load.latencies();
  if (moments != nullptr) *moments = load.moments();
  ns3::Simulator::Destroy();
  return result;
}

constexpr std::uint32_t kPilotRuns = 1u << 31;  // no run that is asked for has such a number

// How long the latencies of a run take to settle: of one that is not measured, as long as those that are.
std::chrono::nanoseconds settle(const PointSpec& spec) {
  PointSpec pilot = spec;
  pilot.warm_up = std::chrono::nanoseconds(0);
  pilot.observe = true;
  pilot.events.clear();
  ns3::RngSeedManager::SetRun(spec.run | kPilotRuns);
  std::vector<double> latencies, moments;
  run_once(pilot, &latencies, &moments);
  ns3::RngSeedManager::SetRun(spec.run);
  const WarmUp found = mser5(latencies);
  if (found.values == 0) return spec.warm_up;
  const double seconds = moments[std::min(found.values, moments.size() - 1)];
  return std::max(spec.warm_up, std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
}

}  // namespace

PointResult run_point(const PointSpec& spec) {
  ns3::GlobalValue::Bind("SchedulerType", ns3::TypeIdValue(ns3::LvsScheduler::GetTypeId()));
  ns3::RngSeedManager::SetSeed(spec.seed);
  ns3::RngSeedManager::SetRun(spec.run);
  for (const auto& [name, value] : spec.attributes) set_attribute(name, value);
  if (spec.directors > 1) return run_hybrid_point(spec);
  PointSpec settled = spec;
  if (spec.find_warm_up) settled.warm_up = settle(spec);
  settled.find_warm_up = false;
  return run_once(settled);
}

}  // namespace lvs::scenarios
