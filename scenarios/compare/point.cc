// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/point.h"

#include <fmt/format.h>
#include <ns3/data-rate.h>
#include <ns3/rng-seed-manager.h>
#include <ns3/simulator.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "compare/http-clients.h"
#include "control/machine/machine.h"
#include "daemons/daemons.h"
#include "host/socket/sockets.h"
#include "ipvs/ip-vs.h"
#include "ns3/lvs-clock.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-compat.h"

namespace lvs::scenarios {
namespace {

using ns3::LvsHost;
using ns3::Ptr;

constexpr unsigned kClientAddresses = 16;
constexpr auto kLoadStart = std::chrono::seconds(2);  // the master of KTCPVS looks once a second

base::Ipv4Addr to_core(ns3::Ipv4Address address) { return base::Ipv4Addr{address.Get()}; }

ns3::LvsClusterConfig config_of(const CompareSpec& spec) {
  ns3::LvsClusterConfig config;
  // A dispatcher at layer 7 stands where NAT's director stands, between the servers and the rest.
  config.method = spec.way == Way::nat || info_of(spec.way).layer7 ? ns3::LvsMethod::NAT
                  : spec.way == Way::tun                           ? ns3::LvsMethod::TUN
                                                                   : ns3::LvsMethod::DR;
  config.servers = spec.servers;
  config.addressesPerClient = kClientAddresses;
  config.remoteServers = false;
  config.pinNeighbours = true;
  const auto rate = ns3::DataRate(static_cast<std::uint64_t>(std::llround(spec.link_rate)));
  config.serverRate = config.directorRate = rate;
  config.backboneRate = ns3::DataRate(static_cast<std::uint64_t>(std::llround(spec.link_rate * 10)));
  config.delay = ns3::LvsClock::ToNs3(spec.delay);
  return config;
}

std::string nginx_conf(const std::vector<std::string>& servers, unsigned keepalive) {
  std::string text =
      "worker_processes 1;\n"
      "events { worker_connections 20000; }\n"
      "http {\n    access_log off;\n    upstream web {\n";
  for (const std::string& server : servers) text += fmt::format("        server {};\n", server);
  if (keepalive > 0) text += fmt::format("        keepalive {};\n", keepalive);
  text += "    }\n    server {\n        listen 80 backlog=4096;\n        location / { proxy_pass http://web; }\n";
  if (keepalive > 0) text += "        proxy_http_version 1.1;\n        proxy_set_header Connection \"\";\n";
  return text + "    }\n}\n";
}

// Threads for everybody from the start: what the pool does while it grows is another question.
std::string ktcpvs_conf(const std::vector<std::string>& servers, unsigned threads) {
  std::string text = fmt::format(
      "Virtual web {{\n    listen = 10.0.0.100:80\n    scheduler = http\n    startservers = {}\n    maxclients = "
      "65535\n"
      "    minspareservers = 32\n    maxspareservers = 65535\n",
      threads);
  for (const std::string& server : servers) text += fmt::format("    server = {}:80 1\n", server);
  for (const std::string& server : servers) text += fmt::format("    rule = pattern \".*\" use server {}:80\n", server);
  return text + "}\n";
}

class Bench {
 public:
  explicit Bench(const CompareSpec& spec) : spec_(spec) { build(); }
  CompareResult run();

 private:
  struct Moment {
    double packets = 0, bytes = 0, busy = 0, programs = 0, servers = 0;
  };
  void build();
  void start_service();
  void start_load();
  Moment look() const;
  double held() const;
  void kill_server() { cluster_.servers.back()->Run("killall httpd\n"); }

  const CompareSpec& spec_;
  ns3::LvsCluster cluster_;
  std::unique_ptr<HttpClients> clients_;
};

void Bench::build() {
  ns3::LvsClusterHelper helper(config_of(spec_));
  const bool ipvs = info_of(spec_.way).director && !info_of(spec_.way).layer7;
  helper.SetDirectorSetup([ipvs](std::uint32_t, std::vector<std::string> usual) {
    if (!ipvs)
      std::erase_if(usual, [](const std::string& line) {
        return line.starts_with("ipvsadm") || line.find("ip_forward") != std::string::npos;
      });
    return usual;
  });
  helper.SetServerSetup([this](std::uint32_t, std::vector<std::string> usual) {
    usual.push_back(fmt::format("httpd {}-s {}", spec_.keepalive > 0 ? "-k " : "", spec_.reply_size));
    return usual;
  });
  cluster_ = helper.Build();
  const auto set_cpu = [this](const Ptr<LvsHost>& host) { host->GetHost().cpu.model = spec_.cpu; };
  set_cpu(cluster_.director);
  if (spec_.server_cpu) std::ranges::for_each(cluster_.servers, set_cpu);
  start_service();
}

void Bench::start_service() {
  std::vector<std::string> servers;
  for (const ns3::Ipv4Address& address : cluster_.serverAddresses) servers.push_back(to_core(address).text());
  LvsHost& director = *cluster_.director;
  const auto file = [&](const char* name, const std::string& text) {
    LvsHost::Entry entry(director);
    director.GetMachine().files().make_folder(std::string(name).substr(0, std::string(name).rfind('/')));
    director.GetMachine().files().append(name, text);
  };
  if (spec_.way == Way::nginx) {
    file("/etc/nginx/nginx.conf", nginx_conf(servers, spec_.keepalive));
    director.MustRun("nginx\n");
  }
  if (spec_.way == Way::ktcpvs) {
    const unsigned threads = std::max(2 * spec_.concurrency, static_cast<unsigned>(spec_.rate / 10));
    file("/etc/ktcpvs.conf", ktcpvs_conf(servers, std::clamp(threads, 64u, 20000u)));
    director.MustRun("tcpvsadm -f /etc/ktcpvs.conf\ntcpvsadm --start -i web\n");
  }
}

void Bench::start_load() {
  HttpClients::Plan plan;
  const base::Ipv4Addr vip = *base::Ipv4Addr::parse("10.0.0.100");
  if (info_of(spec_.way).director) {
    plan.targets = {{vip, 80}};
  } else {
    plan.choice = spec_.way == Way::dns ? HttpClients::Choice::dns : HttpClients::Choice::client;
    for (const ns3::Ipv4Address& address : cluster_.serverAddresses) plan.targets.push_back({to_core(address), 80});
  }
  for (const ns3::Ipv4Address& address : cluster_.clientAddresses.front()) plan.sources.push_back(to_core(address));
  plan.concurrency = spec_.rate > 0 ? 0 : spec_.concurrency;
  plan.rate = spec_.rate;
  plan.reply = spec_.reply_size;
  plan.resolvers = spec_.resolvers;
  plan.ttl = base::Time(static_cast<std::int64_t>(spec_.ttl * 1e9));
  LvsHost& client = *cluster_.clients.front();
  LvsHost::Entry entry(client);
  clients_ =
      std::make_unique<HttpClients>(client.GetMachine(), std::move(plan), std::uint64_t{spec_.seed} << 32 | spec_.run);
  clients_->begin();
}

Bench::Moment Bench::look() const {
  Moment now;
  for (std::uint32_t i = 0; i < cluster_.directorDevices.GetN(); ++i) {
    const host::DeviceCounters& c = cluster_.director->GetInterface(cluster_.directorDevices.Get(i))->counters;
    now.packets += static_cast<double>(c.rx_packets + c.tx_packets);
    now.bytes += static_cast<double>(c.rx_bytes + c.tx_bytes);
  }
  const auto seconds = [](base::Time t) { return std::chrono::duration<double>(t).count(); };
  now.busy = seconds(cluster_.director->GetHost().cpu.counters.busy);
  now.programs = seconds(cluster_.director->GetHost().cpu.counters.programs);
  for (const Ptr<LvsHost>& server : cluster_.servers) now.servers += seconds(server->GetHost().cpu.counters.busy);
  return now;
}

double Bench::held() const {
  if (!info_of(spec_.way).director) return 0;
  if (!info_of(spec_.way).layer7) return static_cast<double>(cluster_.director->GetIpVs().connection_count());
  double count = 0;
  for (const host::TcpEndpoint* each : cluster_.director->GetMachine().sockets().tcp_endpoints())
    count += each->state() == host::TcpState::listen ? 0 : 1;
  return count;
}

CompareResult Bench::run() {
  ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart), [this] { start_load(); });
  Moment before;
  ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart + spec_.warm_up), [&] {
    clients_->reset();
    before = look();
  });
  if (spec_.dies) ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart + spec_.warm_up), [this] { kill_server(); });
  ns3::Simulator::Stop(ns3::LvsClock::ToNs3(kLoadStart + spec_.warm_up + spec_.duration));
  ns3::Simulator::Run();

  const double seconds = std::chrono::duration<double>(spec_.duration).count();
  const Moment after = look();
  CompareResult result;
  std::vector<double> latencies = clients_->latencies();
  std::ranges::sort(latencies);
  const auto completed = static_cast<double>(latencies.size());
  result.requests_per_s = completed / seconds;
  if (!latencies.empty()) {
    const auto at = [&](double q) {
      return latencies[std::min(latencies.size() - 1, static_cast<std::size_t>(q * completed))];
    };
    result.p50_s = at(0.5);
    result.p95_s = at(0.95);
    result.p99_s = at(0.99);
    result.mean_s = 0;
    for (const double each : latencies) result.mean_s += each / completed;
    result.packets_per_request = (after.packets - before.packets) / completed;
    result.bytes_per_request = (after.bytes - before.bytes) / completed;
  }
  const auto failed = static_cast<double>(clients_->failed());
  result.failed = failed + completed > 0 ? failed / (failed + completed) : 0;
  result.cpu = std::min(1.0, (after.busy - before.busy) / seconds);
  result.program = after.busy > before.busy ? (after.programs - before.programs) / (after.busy - before.busy) : 0;
  result.server_cpu = std::min(1.0, (after.servers - before.servers) / seconds / spec_.servers);
  result.held = held();
  const auto& by = clients_->completed_by();
  if (by.size() > 1 && completed > 0)
    result.busiest = static_cast<double>(*std::ranges::max_element(by)) * static_cast<double>(by.size()) / completed;
  {
    LvsHost::Entry entry(*cluster_.clients.front());
    clients_.reset();
  }
  return result;
}

}  // namespace

CompareResult run_compare(const CompareSpec& spec) {
  daemons::add_daemons();
  ns3::RngSeedManager::SetSeed(spec.seed);
  ns3::RngSeedManager::SetRun(spec.run);
  CompareResult result;
  {
    Bench bench(spec);
    result = bench.run();
  }
  ns3::Simulator::Destroy();
  return result;
}

}  // namespace lvs::scenarios
