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

#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "sweep/point-load.h"
#include "sweep/point-pcap.h"
#include "sweep/point-trace.h"

namespace lvs::scenarios {
namespace {

ns3::Time to_ns3(std::chrono::nanoseconds t) { return ns3::NanoSeconds(t.count()); }

constexpr unsigned kClientAddresses = 16;
constexpr auto kLoadStart = std::chrono::milliseconds(1);

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
    for (unsigned d = 0; d < spec.directors; ++d) make_load(d);
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
  void make_load(unsigned d);

  const PointSpec& spec_;
  ns3::LvsClusterConfig config_;
  ns3::LvsLoadProfile profile_;
  ns3::LvsEthHelper eth_;
  ns3::LvsHostHelper hosts_;
  ns3::Ptr<ns3::LvsHost> client_, router_;
  ns3::Ptr<ns3::LvsSwitch> front_;
  std::vector<Group> groups_;
  std::vector<ns3::Ptr<ns3::LvsLoadServer>> servers_;
  std::vector<ns3::Ptr<ns3::LvsLoadClient>> clients_;
  ns3::NetDeviceContainer director_devices_;
};

void Hybrid::make_outside() {
  client_ = machine("client");
  router_ = machine("router");
  const auto access = segment();
  front_ = segment();
  plug(access, client_, config_.backboneRate);
  plug(access, router_, config_.backboneRate);
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

// Every D-th request goes to director d: what a name server that hands out addresses in turn makes of many clients.
void Hybrid::make_load(unsigned d) {
  const double all = spec_.servers * spec_.server_rate / exchange_bytes(spec_);
  const auto load = ns3::CreateObject<ns3::LvsLoadClient>();
  load->SetProfile(profile_);
  load->SetRemote(ns3::Ipv4Address(vip(d).c_str()), config_.port);
  load->SetRequestRate(all / spec_.directors);
  if (spec_.ask.arrivals == "poisson") {
    load->SetAttribute("Poisson", ns3::BooleanValue(true));
    load->AssignStreams(1000 + d);
  } else {
    load->SetAttribute("Phase", ns3::DoubleValue(static_cast<double>(d) / spec_.directors));
  }
  load->SetAttribute("Timeout", ns3::TimeValue(ns3::Seconds(spec_.ask.timeout)));
  load->SetAttribute("FirstPort", ns3::UintegerValue(10000 + 1000 * d));
  std::vector<ns3::Ipv4Address> sources;
  for (unsigned i = 0; i < kClientAddresses; ++i) sources.emplace_back(fmt::format("172.16.1.{}", i + 1).c_str());
  load->SetSources(sources);
  const double flows = std::clamp(all / spec_.directors / 10, 1000.0, 16000.0);  // 1000 ports of each address at most
  load->SetAttribute("Flows", ns3::UintegerValue(static_cast<std::uint64_t>(flows)));
  load->SetStartTime(to_ns3(kLoadStart));
  client_->GetObject<ns3::Node>()->AddApplication(load);
  clients_.push_back(load);
}

PointResult Hybrid::run() {
  ns3::LvsSchedule(to_ns3(kLoadStart + spec_.warm_up), [this] {
    for (const auto& load : clients_) load->ResetCounters();
    for (const auto& load : servers_) load->ResetCounters();
    for (const Group& group : groups_) group.director->ResetCpuCounters();
  });
  ns3::Simulator::Stop(to_ns3(kLoadStart + spec_.warm_up + spec_.duration));
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
  for (const auto& load : clients_) {
    result.reply_bytes_per_s += static_cast<double>(load->GetCounters().rxBytes) / seconds;
    result.requests_per_s += static_cast<double>(load->GetCounters().completed) / seconds;
    begun += static_cast<double>(load->GetCounters().requests);
    result.timeouts += static_cast<double>(load->GetCounters().timeouts);
    result.refused += static_cast<double>(load->GetCounters().refused);
    result.retransmits += static_cast<double>(load->GetCounters().retransmits);
    latency.Merge(load->GetLatency());
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
