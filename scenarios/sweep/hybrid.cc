// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/hybrid.h"

#include <fmt/format.h>
#include <ns3/boolean.h>
#include <ns3/data-rate.h>
#include <ns3/double.h>
#include <ns3/enum.h>
#include <ns3/simulator.h>
#include <ns3/string.h>
#include <ns3/uinteger.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "ns3/lvs-clock.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "sweep/moments.h"
#include "sweep/point-load.h"
#include "sweep/point-pcap.h"
#include "sweep/point-trace.h"

namespace lvs::scenarios {
namespace {

constexpr unsigned kClientAddresses = 16;
constexpr unsigned kFirstPort = 10000, kPorts = 1000, kAllPorts = 55000;  // of each client address; kPorts for a load

struct Group {
  ns3::Ptr<ns3::LvsHost> director;
  ns3::Ptr<ns3::LvsSwitch> inner;
  unsigned servers = 0;
};

// client --- router --- switch "front" --- director d --- switch --- its servers
class Hybrid {
 public:
  explicit Hybrid(const PointSpec& spec) : spec_(spec), config_(config_of(spec)), profile_(profile_of(spec)) {
    eth_.SetCableAttribute("Delay", ns3::TimeValue(config_.delay));
    eth_.SetDeviceAttribute("TxQueueLimit", ns3::UintegerValue(config_.queue));
    make_outside();
    for (unsigned d = 0; d < spec.directors; ++d) make_director(d);
    for (unsigned s = 0; s < spec.servers; ++s) make_server(s);
    if (spec.resolvers > 0) {
      make_names();
      return;
    }
    for (unsigned d = 0; d < spec.directors; ++d) {
      const auto load = make_load(d, 1.0 / spec.directors, kFirstPort + kPorts * d);
      load->SetAttribute("Phase", ns3::DoubleValue(static_cast<double>(d) / spec.directors));
      load->SetStartTime(ns3::LvsClock::ToNs3(kLoadStart));
    }
  }

  PointResult run();

 private:
  ns3::Ptr<ns3::LvsHost> machine(const std::string& name) {
    hosts_.SetAttribute("Name", ns3::StringValue(name));
    return hosts_.Install(ns3::CreateObject<ns3::Node>());
  }
  ns3::Ptr<ns3::LvsSwitch> segment() { return eth_.InstallSwitch(ns3::CreateObject<ns3::Node>()); }
  ns3::Ptr<ns3::NetDevice> plug(const ns3::Ptr<ns3::LvsSwitch>& bridge, const ns3::Ptr<ns3::LvsHost>& host,
                                ns3::DataRate rate) {
    eth_.SetDeviceAttribute("DataRate", ns3::DataRateValue(rate));
    return eth_.Install(bridge, host->GetObject<ns3::Node>()).Get(0);
  }
  static std::string vip(unsigned d) { return fmt::format("10.0.2.{}", d + 1); }

  void make_outside();
  void make_director(unsigned d);
  void make_server(unsigned s);
  // A client of director `d` with a share of all requests; it has the ports from `port` on.
  ns3::Ptr<ns3::LvsLoadClient> make_load(unsigned d, double share, unsigned port);
  void make_names();
  void send_on(unsigned resolver, unsigned director);

  const PointSpec& spec_;
  ns3::LvsClusterConfig config_;
  ns3::LvsLoadProfile profile_;
  ns3::LvsEthHelper eth_;
  ns3::LvsHostHelper hosts_;
  ns3::Ptr<ns3::LvsHost> client_, router_;
  ns3::Ptr<ns3::LvsSwitch> access_, front_;
  std::vector<Group> groups_;
  std::vector<ns3::Ptr<ns3::LvsLoadServer>> servers_;
  std::vector<ns3::Ptr<ns3::LvsLoadClient>> clients_;
  ns3::NetDeviceContainer director_devices_;
  std::unique_ptr<HybridNames> names_;
  unsigned ports_ = kPorts;            // of a load
  std::vector<int> client_of_;         // of each resolver: which of clients_ sends now; -1: none yet
  std::vector<unsigned> director_of_;  // of each of clients_
};

void Hybrid::make_outside() {
  client_ = machine("client");
  router_ = machine("router");
  access_ = segment();
  front_ = segment();
  plug(access_, client_, config_.backboneRate);
  plug(access_, router_, config_.backboneRate);
  plug(front_, router_, config_.backboneRate);
  router_->MustRun("ip addr add 172.16.0.1/16 dev eth0");
  router_->MustRun("ip addr add 10.0.0.1/16 dev eth1");
  router_->MustRun("sysctl -w net.ipv4.ip_forward=1");
  for (unsigned i = 0; i < kClientAddresses; ++i) {
    client_->MustRun(fmt::format("ip addr add 172.16.1.{}/16 dev eth0", i + 1));
  }
  client_->MustRun("ip route add default via 172.16.0.1");
}

void Hybrid::make_director(unsigned d) {
  hosts_.SetAttribute("CpuEnabled", ns3::BooleanValue(true));
  Group group{machine(fmt::format("director{}", d + 1)), segment(), 0};
  hosts_.SetAttribute("CpuEnabled", ns3::BooleanValue(false));
  set_director_cpu(spec_, [&](const std::string& name, ns3::Time cost) {
    group.director->SetAttribute(name, ns3::TimeValue(cost));
  });
  director_devices_.Add(plug(front_, group.director, config_.directorRate));
  director_devices_.Add(plug(group.inner, group.director, config_.directorRate));
  auto& director = *group.director;
  director.MustRun(fmt::format("ip addr add 10.0.1.{}/16 dev eth0", d + 1));
  director.MustRun(fmt::format("ip addr add {}/32 dev eth0", vip(d)));
  director.MustRun(fmt::format("ip addr add 192.168.{}.1/24 dev eth1", d + 1));
  director.MustRun("ip route add default via 10.0.0.1");
  director.MustRun("sysctl -w net.ipv4.ip_forward=1");
  director.MustRun(
      fmt::format("ipvsadm -A {} {}:{} -s {}", config_.udp ? "-u" : "-t", vip(d), config_.port, config_.scheduler));
  groups_.push_back(group);
}

void Hybrid::make_server(unsigned s) {
  const unsigned d = s % spec_.directors;
  Group& group = groups_[d];
  const std::string address = fmt::format("192.168.{}.{}", d + 1, ++group.servers + 1);
  const auto server = machine(fmt::format("rs{}", s + 1));
  plug(group.inner, server, config_.serverRate);
  server->MustRun(fmt::format("ip addr add {}/24 dev eth0", address));
  server->MustRun(fmt::format("ip route add default via 192.168.{}.1", d + 1));
  group.director->MustRun(
      fmt::format("ipvsadm -a {0} {1}:{2} -r {3}:{2} -m", config_.udp ? "-u" : "-t", vip(d), config_.port, address));
  const auto load = ns3::CreateObject<ns3::LvsLoadServer>();
  load->SetProfile(profile_);
  load->SetAttribute("Port", ns3::UintegerValue(config_.port));
  server->GetObject<ns3::Node>()->AddApplication(load);
  servers_.push_back(load);
}

// Without resolvers every D-th request goes to director d: what a name server that hands out addresses in turn makes of
// many clients that keep nothing.
ns3::Ptr<ns3::LvsLoadClient> Hybrid::make_load(unsigned d, double share, unsigned port) {
  const double all = spec_.servers * spec_.server_rate / exchange_bytes(spec_) * share;
  const auto load = ns3::CreateObject<ns3::LvsLoadClient>();
  load->SetProfile(profile_);
  load->SetRemote(ns3::Ipv4Address(vip(d).c_str()), config_.port);
  load->SetRequestRate(all);
  if (spec_.ask.arrivals == "poisson") {
    load->SetAttribute("Poisson", ns3::BooleanValue(true));
    load->AssignStreams(1000 + static_cast<std::int64_t>(clients_.size()));
  }
  load->SetAttribute("Timeout", ns3::TimeValue(ns3::Seconds(spec_.ask.timeout)));
  load->SetAttribute("FirstPort", ns3::UintegerValue(port));
  std::vector<ns3::Ipv4Address> sources;
  for (unsigned i = 0; i < kClientAddresses; ++i) sources.emplace_back(fmt::format("172.16.1.{}", i + 1).c_str());
  load->SetSources(sources);
  const double flows =
      std::clamp(all / 10, 1.0 * std::min(ports_ * kClientAddresses, 1000u), 1.0 * ports_ * kClientAddresses);
  load->SetAttribute("Flows", ns3::UintegerValue(static_cast<std::uint64_t>(flows)));
  client_->GetObject<ns3::Node>()->AddApplication(load);
  clients_.push_back(load);
  director_of_.push_back(d);
  return load;
}

// A name server behind the router's other side, and resolvers beside the client.
void Hybrid::make_names() {
  const std::string address = "10.0.3.53";
  const auto server = machine("ns");
  plug(front_, server, config_.backboneRate);
  server->MustRun(fmt::format("ip addr add {}/16 dev eth0", address));
  server->MustRun("ip route add default via 10.0.0.1");
  std::vector<std::string> vips;
  for (unsigned d = 0; d < spec_.directors; ++d) vips.push_back(vip(d));
  names_ = spec_.make_names(server, address, vips, spec_.ttl);
  client_of_.assign(spec_.resolvers, -1);
  ports_ = std::clamp(static_cast<unsigned>(kAllPorts / loads_of_resolvers(spec_)), 1u, kPorts);
  for (unsigned r = 0; r < spec_.resolvers; ++r) {
    const auto resolver = machine(fmt::format("resolver{}", r + 1));
    plug(access_, resolver, config_.backboneRate);
    resolver->MustRun(fmt::format("ip addr add 172.16.2.{}/16 dev eth0", r + 1));
    resolver->MustRun("ip route add default via 172.16.0.1");
    names_->add_resolver(resolver);
  }
  names_->set_chosen([this](unsigned resolver, unsigned director) { send_on(resolver, director); });
  ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart), [this] { names_->start(); });
}

// What is under way to the director before is still answered there.
void Hybrid::send_on(unsigned resolver, unsigned director) {
  int& now = client_of_[resolver];
  if (now >= 0) {
    const auto before = static_cast<std::size_t>(now);
    if (director_of_[before] == director) return;
    clients_[before]->SetAttribute("MaxRequests", ns3::UintegerValue(1));  // it has had them
  }
  const auto number = static_cast<unsigned>(clients_.size());
  const auto load = make_load(director, 1.0 / spec_.resolvers, kFirstPort + ports_ * number);
  load->SetAttribute("Phase", ns3::DoubleValue(static_cast<double>(resolver) / spec_.resolvers));
  now = static_cast<int>(number);
}

PointResult Hybrid::run() {
  ns3::LvsSchedule(ns3::LvsClock::ToNs3(kLoadStart + spec_.warm_up), [this] {
    for (const auto& load : clients_) load->ResetCounters();
    for (const auto& load : servers_) load->ResetCounters();
    for (const Group& group : groups_) group.director->ResetCpuCounters();
  });
  ns3::Simulator::Stop(ns3::LvsClock::ToNs3(kLoadStart + spec_.warm_up + spec_.duration));
  PointTrace trace(spec_, ns3::NodeContainer::GetGlobal());
  PointPcap pcap(spec_, ns3::NodeContainer::GetGlobal());
  ns3::Simulator::Run();
  const bool outputs_failed = !trace.finish() || !pcap.finish();

  const double seconds = std::chrono::duration<double>(spec_.duration).count();
  PointResult result;
  result.outputs_failed = outputs_failed;
  double packets = 0;
  double bytes = 0;
  for (const Group& group : groups_) {
    const host::CpuCounters cpu = group.director->GetCpuCounters();
    packets += static_cast<double>(cpu.ip_packets);
    bytes += static_cast<double>(cpu.ip_bytes);
    result.drops += static_cast<double>(cpu.dropped);
    result.cpu += std::min(group.director->GetCpuUtilization(), 1.0) / spec_.directors;
  }
  ns3::LvsLoadHistogram latency;
  double begun = 0;
  std::vector<double> of_director(spec_.directors);
  for (const auto& load : clients_) {
    result.reply_bytes_per_s += static_cast<double>(load->GetCounters().rxBytes) / seconds;
    result.requests_per_s += static_cast<double>(load->GetCounters().completed) / seconds;
    begun += static_cast<double>(load->GetCounters().requests);
    of_director[director_of_[static_cast<std::size_t>(&load - clients_.data())]] +=
        static_cast<double>(load->GetCounters().requests);
    result.timeouts += static_cast<double>(load->GetCounters().timeouts);
    result.refused += static_cast<double>(load->GetCounters().refused);
    result.retransmits += static_cast<double>(load->GetCounters().retransmits);
    latency.Merge(load->GetLatency());
  }
  if (begun > 0) {
    result.director_least = *std::ranges::min_element(of_director) / begun * spec_.directors;
    result.director_most = *std::ranges::max_element(of_director) / begun * spec_.directors;
  }
  for (const auto& load : servers_) {
    result.request_bytes_per_s += static_cast<double>(load->GetCounters().rxBytes) / seconds;
  }
  result.director_bytes_per_s = bytes / seconds;
  result.director_packets_per_s = packets / seconds;
  result.begun_per_s = begun / seconds;
  result.warm_up_s = std::chrono::duration<double>(spec_.warm_up).count();
  result.mean_packet_bytes = packets == 0 ? kNothing : bytes / packets;
  report_latency(latency, result);
  return result;
}

}  // namespace

double loads_of_resolvers(const PointSpec& spec) {
  const double seconds = std::chrono::duration<double>(spec.warm_up + spec.duration).count();
  return spec.resolvers * (2 + seconds / spec.ttl);
}

PointResult run_hybrid_point(const PointSpec& spec) {
  PointResult result;
  {
    Hybrid hybrid(spec);
    result = hybrid.run();
  }
  ns3::Simulator::Destroy();
  return result;
}

}  // namespace lvs::scenarios
