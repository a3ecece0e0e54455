// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <initializer_list>

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-eth-remote-cable.h"
#include "ns3/lvs-fabric-helper.h"
#include "ns3/lvs-scheduler.h"
#include "ns3/node-list.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/type-id.h"

namespace lvs::scenarios {
namespace {

using Counters = ns3::LvsLoadCounters;

constexpr std::array kCounters = {
    &Counters::requests, &Counters::completed, &Counters::timeouts, &Counters::refused,   &Counters::retransmits,
    &Counters::stray,    &Counters::txPackets, &Counters::txBytes,  &Counters::rxPackets, &Counters::rxBytes};

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double resident_megabytes() {
  std::ifstream in("/proc/self/statm");
  double all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

ns3::Time to_ns3(std::chrono::nanoseconds t) { return ns3::NanoSeconds(static_cast<std::uint64_t>(t.count())); }

ns3::LvsLoadProfile profile_of(const ClusterOptions& o) {
  const auto length = static_cast<std::uint16_t>(o.packet_size);
  return ns3::LvsLoadProfile::Raw(length, std::vector<std::uint16_t>(o.reply_packets, length));
}

ns3::LvsFabricConfig fabric_of(const ClusterOptions& o, const Ranks& ranks) {
  ns3::LvsFabricConfig config;
  config.racks = o.racks;
  config.pods = o.pods;
  config.serversPerRack = o.servers;
  config.clientsPerPod = o.clients;
  config.scheduler = o.scheduler;
  config.serverRate = ns3::DataRate(static_cast<std::uint64_t>(o.server_link));
  config.backboneRate = ns3::DataRate(static_cast<std::uint64_t>(o.link));
  config.delay = to_ns3(o.delay);
  config.directorCost = to_ns3(o.director_cost);
  config.ranks = ranks.size();
  config.rank = ranks.rank();
  return config;
}

Counters add_up(const Ranks& ranks, const auto& applications) {
  Counters sum;
  for (const auto& application : applications) sum += application->GetCounters();
  std::vector<std::uint64_t> values;
  for (const auto counter : kCounters) values.push_back(sum.*counter);
  ranks.sum(values);
  for (std::size_t i = 0; i < kCounters.size(); ++i) sum.*kCounters[i] = values[i];
  return sum;
}

ns3::LvsLoadHistogram latencies(const Ranks& ranks, const ns3::LvsFabric& fabric) {
  ns3::LvsLoadHistogram here;
  for (const auto& client : fabric.loadClients) here.Merge(client->GetLatency());
  ns3::LvsLoadHistogram::Sums sums = here.GetSums();
  std::vector<std::int64_t> least = {sums.min}, most = {sums.max};
  ranks.sum(sums.counts);
  ranks.least(least);
  ranks.most(most);
  sums.min = least.front();
  sums.max = most.front();
  return ns3::LvsLoadHistogram::FromSums(sums);
}

// What each client and each server counted, in one number that does not depend on their order. SplitMix64 (Steele, Lea
// and Flood 2014).
std::uint64_t digest(const ns3::LvsFabric& fabric) {
  std::uint64_t sum = 0;
  const auto add = [&sum](std::initializer_list<std::uint64_t> values) {
    std::uint64_t state = 0;
    for (const std::uint64_t value : values) {
      state = (state ^ value) + 0x9e3779b97f4a7c15;
      state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
      state = (state ^ state >> 27) * 0x94d049bb133111eb;
      state ^= state >> 31;
    }
    sum += state;
  };
  for (std::size_t i = 0; i < fabric.loadClients.size(); ++i) {
    const Counters& c = fabric.loadClients[i]->GetCounters();
    const auto latency = fabric.loadClients[i]->GetLatency().GetSums();
    add({1, fabric.clientNumbers[i], c.requests, c.completed, c.timeouts, c.txBytes, c.rxBytes, latency.counts.back(),
         static_cast<std::uint64_t>(latency.min), static_cast<std::uint64_t>(latency.max)});
  }
  for (std::size_t i = 0; i < fabric.loadServers.size(); ++i) {
    const Counters& c = fabric.loadServers[i]->GetCounters();
    add({2, fabric.serverNumbers[i], c.requests, c.completed, c.rxBytes, c.txBytes});
  }
  return sum;
}

ClusterResult results(const ClusterOptions& o, const Ranks& ranks, const ns3::LvsFabric& fabric) {
  ClusterResult result;
  result.clients = add_up(ranks, fabric.loadClients);
  result.servers = add_up(ranks, fabric.loadServers);
  result.latency = latencies(ranks, fabric);

  // Squares of the servers' requests; the director's drops; the digest.
  std::vector<std::uint64_t> sums = {0, 0, digest(fabric)};
  std::vector<std::int64_t> least = {INT64_MAX}, most = {0};
  for (const auto& server : fabric.loadServers) {
    const std::uint64_t requests = server->GetCounters().requests;
    sums[0] += requests * requests;
    least[0] = std::min(least[0], static_cast<std::int64_t>(requests));
    most[0] = std::max(most[0], static_cast<std::int64_t>(requests));
  }
  if (fabric.director != nullptr) sums[1] = fabric.director->GetDrops();
  ranks.sum(sums);
  ranks.least(least);
  ranks.most(most);
  const auto requests = static_cast<double>(result.servers.requests);
  if (sums[0] != 0) result.fairness = requests * requests / (o.all_servers() * static_cast<double>(sums[0]));
  result.least_requests = static_cast<std::uint64_t>(least[0]);
  result.most_requests = static_cast<std::uint64_t>(most[0]);
  result.director_drops = sums[1];
  result.digest = sums[2];
  return result;
}

double frames_received() {
  std::uint64_t frames = 0;
  for (auto node = ns3::NodeList::Begin(); node != ns3::NodeList::End(); ++node) {
    for (std::uint32_t i = 0; i < (*node)->GetNDevices(); ++i) {
      const auto nic = ns3::DynamicCast<ns3::LvsEthNetDevice>((*node)->GetDevice(i));
      if (nic != nullptr) frames += nic->GetCounters().rxPackets;
    }
  }
  return static_cast<double>(frames);
}

constexpr std::size_t kCostFields = sizeof(ClusterCost) / sizeof(double);

std::vector<ClusterCost> gather(const Ranks& ranks, const ClusterCost& cost) {
  const auto* first = &cost.machines;
  const std::vector<double> all = ranks.gather(std::vector<double>(first, first + kCostFields));
  std::vector<ClusterCost> costs(ranks.size());
  for (std::size_t i = 0; i < costs.size(); ++i) std::copy_n(&all[i * kCostFields], kCostFields, &costs[i].machines);
  return costs;
}

}  // namespace

ClusterRun run_cluster(const ClusterOptions& o, const Ranks& ranks) {
  ns3::RngSeedManager::SetSeed(o.seed);
  ns3::RngSeedManager::SetRun(o.run);
  ns3::Config::SetDefault("ns3::LvsScheduler::ArrivalsFirst", ns3::BooleanValue(true));
  ns3::GlobalValue::Bind("SchedulerType", ns3::TypeIdValue(ns3::LvsScheduler::GetTypeId()));

  ClusterCost cost;
  const double begin = cpu_seconds();
  const ns3::LvsLoadProfile profile = profile_of(o);
  const ns3::LvsFabricHelper helper(fabric_of(o, ranks));
  ns3::LvsFabric fabric = helper.Build(helper.Place(profile));
  const double rate = o.all_servers() * o.server_rate / static_cast<double>(profile.GetExchangeBytes());
  fabric.InstallLoad(profile, rate, o.flows, ns3::MicroSeconds(10),
                     o.arrivals == "poisson" ? ns3::LvsLoadClient::POISSON : ns3::LvsLoadClient::EXACT,
                     o.arrivals == "together");
  ns3::Simulator::Schedule(to_ns3(o.warm_up), &ns3::LvsFabric::ResetCounters, &fabric);
  ns3::Simulator::Stop(to_ns3(o.warm_up + o.duration));
  ranks.meet();

  const double built = cpu_seconds(), waited = Ranks::waited(), wall = wall_seconds();
  ns3::Simulator::Run();
  cost.build_seconds = built - begin;
  cost.waited_seconds = Ranks::waited() - waited;
  cost.run_seconds = cpu_seconds() - built - cost.waited_seconds;
  cost.wall_seconds = wall_seconds() - wall;
  cost.machines = static_cast<double>(fabric.servers.size() + fabric.clients.size() + fabric.routers.size()) +
                  (fabric.director != nullptr ? 1 : 0);
  cost.megabytes = resident_megabytes();
  cost.frames = frames_received();
  const ns3::LvsRemoteCounters& sent = ns3::LvsEthRemoteCable::GetCounters();
  cost.frames_sent = static_cast<double>(sent.frames);
  cost.messages = static_cast<double>(sent.messages);
  cost.bytes_sent = static_cast<double>(sent.bytes);

  ClusterRun run{results(o, ranks, fabric), gather(ranks, cost)};
  ns3::Simulator::Destroy();
  return run;
}

}  // namespace lvs::scenarios
