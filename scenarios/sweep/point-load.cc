// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/point-load.h"

#include <fmt/format.h>
#include <ns3/simulator.h>
#include <ns3/string.h>
#include <ns3/uinteger.h>

#include <algorithm>
#include <cmath>

#include "common/statistics.h"
#include "ipvs/ip-vs.h"
#include "ns3/lvs-clock.h"
#include "ns3/lvs-compat.h"
#include "sweep/hybrid.h"
#include "sweep/moments.h"

namespace lvs::scenarios {
namespace {

constexpr std::int64_t kStream = 1000;  // beyond the nodes', which are the machines' own
constexpr std::size_t kSlices = std::tuple_size_v<decltype(PointResult::series)>;

double now() { return ns3::Simulator::Now().GetSeconds(); }

}  // namespace

bool LoadSpec::detailed() const {
  return (arrivals != "periodic" && arrivals != "poisson") || sizes != "fixed" || service_time > 0 || work.users > 0 ||
         work.requestsPerConnection > 1 || !classes.empty();
}

PointLoad::PointLoad(const PointSpec& spec, ns3::LvsCluster& cluster, double rate) : spec_(spec), cluster_(cluster) {
  if (spec.ask.detailed()) {
    install_detailed(rate);
  } else {
    const ns3::LvsLoadProfile profile = profile_of(spec);
    cluster.InstallLoadServers(profile);
    // Flows rest for at least a tenth of a second between two uses, and are many at any rate.
    cluster.InstallLoadClients(profile, rate, ns3::LvsClock::ToNs3(kLoadStart),
                               spec.ask.arrivals == "poisson" ? ns3::LvsLoadClient::POISSON : ns3::LvsLoadClient::EXACT,
                               static_cast<std::uint32_t>(std::clamp(rate / 10, 1000.0, 60000.0)));
    std::int64_t stream = kStream;
    for (const auto& client : cluster.loadClients) {
      stream += client->AssignStreams(stream);
      client->SetAttribute("Timeout", ns3::TimeValue(ns3::Seconds(spec.ask.timeout)));
      if (spec.observe)
        client->TraceConnectWithoutContext("Completed", ns3::MakeCallback(&PointLoad::on_latency, this));
    }
  }
  schedule_events();
}

void PointLoad::install_detailed(double rate) {
  const ns3::LvsLoadProfile profile = profile_of(spec_);
  for (std::size_t i = 0; i < cluster_.servers.size(); ++i) {
    const auto server = ns3::CreateObject<ns3::LvsWorkServer>();
    server->SetProfile(profile);
    server->SetProcessor(spec_.ask.discipline == "ps" ? ns3::LvsWorkQueue::SHARING : ns3::LvsWorkQueue::FIFO,
                         capacity_of(i));
    server->SetAttribute("Port", ns3::UintegerValue(cluster_.config.port));
    cluster_.servers[i]->GetObject<ns3::Node>()->AddApplication(server);
    servers_.push_back(server);
  }
  for (std::size_t i = 0; i < cluster_.clients.size(); ++i) {
    const auto client = ns3::CreateObject<ns3::LvsWorkClient>();
    client->SetProfile(profile);
    const ClientClass* of = class_of(i);
    const ns3::LvsWork& work = of == nullptr ? spec_.ask.work : of->work;
    const double asked =
        rate * (of == nullptr ? 1.0 / static_cast<double>(cluster_.clients.size()) : of->share / spec_.clients);
    client->SetWork(work);
    client->SetRemote(cluster_.config.vip, cluster_.config.port);
    client->SetSources(cluster_.clientAddresses[i]);
    client->SetRequestRate(asked);
    client->AssignStreams(kStream + static_cast<std::int64_t>(i));
    client->SetAttribute("Timeout", ns3::TimeValue(ns3::Seconds(spec_.ask.timeout)));
    client->SetStartTime(ns3::LvsClock::ToNs3(kLoadStart));
    // A port that comes back while the director still has its connection (two minutes) goes to the server that it went
    // to, and no scheduler is asked: as far as there are ports, each is used once.
    const double run = std::chrono::duration<double>(spec_.warm_up + spec_.duration).count();
    const auto clients = static_cast<double>(cluster_.clients.size());
    const double sessions = asked * run * 1.1 / work.requestsPerConnection;
    const double most = 55000.0 * spec_.client_addresses;
    const double least = std::min(std::max(100.0, 48000.0 / clients), most);
    client->SetAttribute("Flows", ns3::UintegerValue(static_cast<std::uint64_t>(std::clamp(sessions, least, most))));
    if (spec_.observe) client->TraceConnectWithoutContext("Completed", ns3::MakeCallback(&PointLoad::on_latency, this));
    cluster_.clients[i]->GetObject<ns3::Node>()->AddApplication(client);
    clients_.push_back(client);
  }
}

// An agent beside the director (as Keepalived's feedback or a DFP agent): a server's weight is what it serves in a
// second of work, the fastest having 100.
void PointLoad::adjust_weights() {
  std::vector<double> rates;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const double busy = servers_[i]->GetStats().busy - agent_busy_[i];
    const double completed = static_cast<double>(servers_[i]->GetCounters().completed) - agent_completed_[i];
    rates.push_back(busy > 0 && completed > 0 ? completed / busy : 0);
    agent_busy_[i] += busy;
    agent_completed_[i] += completed;
  }
  const double best = *std::ranges::max_element(rates);
  const std::string vip = base::Ipv4Addr{cluster_.config.vip.Get()}.text();
  for (std::size_t i = 0; i < servers_.size() && best > 0; ++i) {
    if (rates[i] == 0) continue;  // nothing is known of it
    cluster_.director->MustRun(fmt::format("ipvsadm -e {} {}:{} -r {} {} -w {}", cluster_.config.udp ? "-u" : "-t", vip,
                                           cluster_.config.port,
                                           base::Ipv4Addr{cluster_.serverAddresses[i].Get()}.text(),
                                           cluster_.config.method == ns3::LvsMethod::NAT  ? "-m"
                                           : cluster_.config.method == ns3::LvsMethod::DR ? "-g"
                                                                                          : "-i",
                                           std::max(1L, std::lround(100 * rates[i] / best))));
  }
  ns3::LvsSchedule(ns3::Seconds(spec_.agent_period), [this] { adjust_weights(); });
}

void PointLoad::schedule_events() {
  if (spec_.agent_period > 0 && !servers_.empty()) {
    agent_busy_.assign(servers_.size(), 0);
    agent_completed_.assign(servers_.size(), 0);
    ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart) + ns3::Seconds(spec_.agent_period), [this] { adjust_weights(); });
  }
  for (const PointEvent& event : spec_.events) {
    const ns3::Time at = ns3::LvsClock::ToNs3(kLoadStart) + ns3::Seconds(event.at);
    if (!event.director.empty()) cluster_.director->RunAt(at, event.director);
    if (event.server < 0 || static_cast<std::size_t>(event.server) >= servers_.size()) continue;
    ns3::LvsSchedule(at, [server = servers_[static_cast<std::size_t>(event.server)], capacity = event.capacity] {
      server->SetCapacity(capacity);
    });
  }
}

void PointLoad::on_latency(ns3::Time latency) {
  const double seconds = latency.GetSeconds();
  if (spec_.find_warm_up) {
    latencies_.push_back(seconds);
    moments_.push_back(now());
  }
  if (seconds_ == 0) return;
  const auto slice = std::min(kSlices - 1, static_cast<std::size_t>((now() - begun_) / seconds_ * kSlices));
  sums_[slice] += seconds;
  ++counts_[slice];
}

void PointLoad::look() {
  connections_ += static_cast<double>(cluster_.director->GetIpVs().connection_count());
  if (++looks_ < kSlices) ns3::LvsSchedule(ns3::Seconds(seconds_ / kSlices), [this] { look(); });
}

void PointLoad::begin(double seconds) {
  cluster_.ResetCounters();
  for (const auto& server : servers_) server->ResetCounters();
  std::ranges::fill(agent_busy_, 0);
  std::ranges::fill(agent_completed_, 0);
  for (const auto& client : clients_) client->ResetCounters();
  begun_ = now();
  seconds_ = seconds;
  sums_.assign(kSlices, 0);
  counts_.assign(kSlices, 0);
  if (spec_.observe) ns3::LvsSchedule(ns3::Seconds(seconds / kSlices / 2), [this] { look(); });
}

ns3::LvsLoadCounters PointLoad::clients() const {
  ns3::LvsLoadCounters sum = cluster_.GetClientCounters();
  for (const auto& client : clients_) sum += client->GetCounters();
  return sum;
}

ns3::LvsLoadCounters PointLoad::servers() const {
  ns3::LvsLoadCounters sum = cluster_.GetServerCounters();
  for (const auto& server : servers_) sum += server->GetCounters();
  return sum;
}

void report_latency(const ns3::LvsLoadHistogram& latency, PointResult& result) {
  result.cdf.fill(std::numeric_limits<float>::quiet_NaN());
  if (latency.GetCount() == 0) return;
  result.mean_latency_s = latency.GetMean().GetSeconds();
  const auto quantile = [&](double q) { return latency.GetQuantile(q).GetSeconds(); };
  result.p50_s = quantile(0.5);
  result.p90_s = quantile(0.9);
  result.p95_s = quantile(0.95);
  result.p99_s = quantile(0.99);
  result.p999_s = quantile(0.999);
  result.max_s = latency.GetMax().GetSeconds();
  for (std::size_t i = 0; i < kCdfPoints; ++i) result.cdf[i] = static_cast<float>(quantile(cdf_share(i)));
}

void PointLoad::report_servers(PointResult& result) {
  std::vector<double> requests, by_capacity, busy;
  double all = 0, jobs = 0;
  const std::size_t count = cluster_.servers.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& counters = servers_.empty() ? cluster_.loadServers[i]->GetCounters() : servers_[i]->GetCounters();
    requests.push_back(static_cast<double>(counters.requests));
    by_capacity.push_back(requests.back() / std::max(capacity_of(i), 1e-9));
    all += requests.back();
    if (i < result.server_requests.size()) result.server_requests[i] = static_cast<float>(requests.back());
    if (servers_.empty() || spec_.ask.service_time == 0) continue;
    const auto stats = servers_[i]->GetStats();
    busy.push_back(stats.busy / seconds_);
    jobs += stats.area / seconds_ / static_cast<double>(count);
  }
  result.jain = jain_index(by_capacity);
  if (all > 0) {
    result.server_least = *std::ranges::min_element(requests) / all * static_cast<double>(count);
    result.server_most = *std::ranges::max_element(requests) / all * static_cast<double>(count);
  }
  if (busy.empty()) return;
  result.utilisation = 0;
  for (const double share : busy) result.utilisation += share / static_cast<double>(count);
  result.jain_busy = jain_index(busy);
  result.jobs = jobs;
}

void PointLoad::report_classes(PointResult& result) const {
  for (std::size_t k = 0; k < spec_.ask.classes.size(); ++k) {
    ns3::LvsLoadHistogram latency;
    std::uint64_t completed = 0;
    for (std::size_t i = k * spec_.clients; i < (k + 1) * spec_.clients; ++i) {
      latency.Merge(clients_[i]->GetLatency());
      completed += clients_[i]->GetCounters().completed;
    }
    result.*kClassMeasures[k].per_s = static_cast<double>(completed) / seconds_;
    if (latency.GetCount() == 0) continue;
    result.*kClassMeasures[k].mean_s = latency.GetMean().GetSeconds();
    result.*kClassMeasures[k].p99_s = latency.GetQuantile(0.99).GetSeconds();
  }
}

void PointLoad::report(PointResult& result) {
  const ns3::LvsLoadCounters ends = clients();
  result.reply_bytes_per_s = static_cast<double>(ends.rxBytes) / seconds_;
  result.request_bytes_per_s = static_cast<double>(servers().rxBytes) / seconds_;
  result.requests_per_s = static_cast<double>(ends.completed) / seconds_;
  result.begun_per_s = static_cast<double>(ends.requests) / seconds_;
  result.timeouts = static_cast<double>(ends.timeouts);
  result.refused = static_cast<double>(ends.refused);
  result.retransmits = static_cast<double>(ends.retransmits);
  ns3::LvsLoadHistogram latency = cluster_.GetLatency();
  for (const auto& client : clients_) latency.Merge(client->GetLatency());
  report_latency(latency, result);
  report_servers(result);
  report_classes(result);
  if (!spec_.observe) return;
  for (std::size_t i = 0; i < kSlices; ++i) result.series[i] = counts_[i] == 0 ? kNothing : sums_[i] / counts_[i];
  result.growing = grows(result.series) ? 1 : 0;
  if (looks_ > 0) result.connections = connections_ / looks_;
}

}  // namespace lvs::scenarios
