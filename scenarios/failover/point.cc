// SPDX-License-Identifier: GPL-2.0-or-later
#include "failover/point.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "daemons/daemons.h"
#include "failover/sessions.h"
#include "ns3/double.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/lvs-load-client.h"
#include "ns3/lvs-load-server.h"
#include "ns3/node-container.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace lvs::scenarios {
namespace {

using ns3::LvsHost;
using ns3::Ptr;
using Seconds = std::chrono::duration<double>;

constexpr unsigned kMasterPriority = 200;
constexpr std::uint16_t kRequestPort = 53, kSessionPort = 22;
constexpr double kSettle = 10;  // seconds from the load's begin to the death, and at least from there to the return
constexpr double kLinger = 20;  // after the last takeover: sessions find out by a retransmission
constexpr std::string_view kVip = "10.0.0.100";

base::Time to_time(double seconds) { return std::chrono::duration_cast<base::Time>(Seconds(seconds)); }
ns3::Time to_ns3(double seconds) { return ns3::NanoSeconds(to_time(seconds).count()); }

std::string server_address(unsigned index) { return fmt::format("10.0.1.{}", index + 1); }

// What an administrator types on a director that has just booted.
std::string director_commands(const FailoverSpec& spec, bool first) {
  std::string text = fmt::format("ip addr add 10.0.0.{}/16 dev eth0\n", first ? 11 : 12);
  for (const auto& [option, port] : {std::pair("-u", kRequestPort), std::pair("-t", kSessionPort)}) {
    text += fmt::format("ipvsadm -A {} {}:{} -s rr\n", option, kVip, port);
    for (unsigned i = 0; i < spec.servers; ++i)
      text += fmt::format("ipvsadm -a {} {}:{} -r {} -g\n", option, kVip, port, server_address(i));
  }
  text += "mkdir -p /etc/keepalived\n";
  const auto line = [&](const std::string& words) {
    text += fmt::format("echo '{}' >> /etc/keepalived/keepalived.conf\n", words);
  };
  line("global_defs {");
  line(fmt::format("  router_id lb{}", first ? 1 : 2));
  if (spec.sync) line("  lvs_sync_daemon eth0 VI_1 id 7");
  line("}");
  line("vrrp_instance VI_1 {");
  line("  interface eth0");
  line("  state BACKUP");
  line("  version 3");
  line("  virtual_router_id 51");
  line(fmt::format("  priority {}", first ? kMasterPriority : spec.priority));
  line(fmt::format("  advert_int {:g}", spec.advert_int));
  if (!spec.preempt) line("  nopreempt");
  line(fmt::format("  virtual_ipaddress {{ {}/32 }}", kVip));
  line("}");
  return text + "keepalived\n";
}

std::string server_commands(unsigned index) {
  return fmt::format(
      "sysctl -w net.ipv4.conf.all.arp_ignore=1\nsysctl -w net.ipv4.conf.all.arp_announce=2\n"
      "ip addr add {}/16 dev eth0\nip addr add {}/32 dev lo\n",
      server_address(index), kVip);
}

class Failover {
 public:
  explicit Failover(const FailoverSpec& spec) : spec_(spec) { build(); }
  FailoverResult run();

 private:
  void build();
  void start_load();
  void switch_power(bool on);
  void answered(ns3::Time) { answers_.push_back(now()); }
  static double now() { return ns3::Simulator::Now().GetSeconds(); }
  FailoverCost cost_between(double from, double to, double lost, unsigned died) const;

  FailoverSpec spec_;
  Ptr<LvsHost> client_, lb1_, lb2_;
  std::vector<Ptr<LvsHost>> servers_;
  Ptr<ns3::LvsLoadClient> load_;
  std::vector<std::unique_ptr<SessionServer>> listeners_;
  std::unique_ptr<SessionClients> sessions_;
  std::vector<double> answers_;
  double begin_ = 0, death_ = 0, back_ = 0, end_ = 0;  // seconds
};

void Failover::build() {
  // The death falls anywhere between two adverts.
  base::Rng rng(std::uint64_t{spec_.seed} << 32 | spec_.run);
  const double phase = spec_.advert_int * static_cast<double>(rng.below(1'000'000)) / 1e6;
  begin_ = 5 + 4 * spec_.advert_int;
  death_ = begin_ + kSettle + phase;
  back_ = death_ + kLinger + 4 * spec_.advert_int;
  end_ = back_ + kLinger + 4 * spec_.advert_int;

  ns3::LvsHostHelper hosts;
  client_ = hosts.Create("client");
  lb1_ = hosts.Create("lb1");
  lb2_ = hosts.Create("lb2");
  for (unsigned i = 0; i < spec_.servers; ++i) servers_.push_back(hosts.Create(fmt::format("server{}", i + 1)));
  ns3::LvsEthHelper eth;
  eth.SetDeviceAttribute("DataRate", ns3::StringValue("1Gbps"));
  ns3::NodeContainer switches(1);
  const Ptr<ns3::LvsSwitch> bridge = eth.InstallSwitch(switches.Get(0));
  const auto plug = [&](const Ptr<LvsHost>& host) { eth.Install(bridge, host->GetObject<ns3::Node>()); };
  for (const Ptr<LvsHost>& host : {client_, lb1_, lb2_}) plug(host);
  for (const Ptr<LvsHost>& server : servers_) plug(server);

  client_->MustRun("ip addr add 10.0.0.1/16 dev eth0\n");
  for (unsigned i = 0; i < spec_.servers; ++i) servers_[i]->MustRun(server_commands(i));
  lb1_->MustRun(director_commands(spec_, true));
  lb2_->MustRun(director_commands(spec_, false));
}

void Failover::start_load() {
  constexpr std::uint32_t kRequest = 100, kReply = 400;
  const ns3::LvsLoadProfile profile = ns3::LvsLoadProfile::Udp(kRequest, kReply);
  for (const Ptr<LvsHost>& server : servers_) {
    const auto answering = ns3::CreateObject<ns3::LvsLoadServer>();
    answering->SetProfile(profile);
    answering->SetAttribute("Port", ns3::UintegerValue(kRequestPort));
    server->GetObject<ns3::Node>()->AddApplication(answering);
    listeners_.push_back(std::make_unique<SessionServer>(server->GetMachine(), kSessionPort));
  }
  const base::Ipv4Addr vip = *base::Ipv4Addr::parse(kVip);
  load_ = ns3::CreateObject<ns3::LvsLoadClient>();
  load_->SetProfile(profile);
  load_->SetRemote(ns3::Ipv4Address(vip.value), kRequestPort);
  load_->SetRequestRate(spec_.request_rate);
  load_->SetAttribute("Timeout", ns3::TimeValue(ns3::Seconds(1)));
  load_->SetAttribute("Flows", ns3::UintegerValue(static_cast<std::uint32_t>(std::max(10.0, spec_.request_rate * 4))));
  load_->SetStartTime(to_ns3(begin_));
  load_->SetStopTime(to_ns3(end_));
  load_->TraceConnectWithoutContext("Completed", ns3::MakeCallback(&Failover::answered, this));
  client_->GetObject<ns3::Node>()->AddApplication(load_);
  LvsHost::Entry entry(*client_);
  sessions_ = std::make_unique<SessionClients>(client_->GetMachine(),
                                               SessionClients::Plan{{vip, kSessionPort},
                                                                    spec_.sessions,
                                                                    to_time(begin_),
                                                                    to_time(death_),
                                                                    std::chrono::duration_cast<base::Time>(spec_.talk)},
                                               std::uint64_t{spec_.run} << 32 | spec_.seed);
}

void Failover::switch_power(bool on) {
  {
    LvsHost::Entry entry(*lb1_);
    on ? lb1_->GetMachine().boot() : lb1_->GetMachine().crash();
    if (!on) lb1_->FindInterfaces();
  }
  lb1_->FollowDevices();
  if (on) lb1_->MustRun(director_commands(spec_, true));
}

// The longest wait for an answer that is over after `from`.
FailoverCost Failover::cost_between(double from, double to, double lost, unsigned died) const {
  FailoverCost cost{0, lost, static_cast<double>(died)};
  double last = begin_;
  for (const double at : answers_) {
    if (at >= from && at < to) cost.outage = std::max(cost.outage, at - last);
    last = at;
  }
  return cost;
}

FailoverResult Failover::run() {
  start_load();
  FailoverResult result;
  ns3::LvsLoadCounters at_back;
  unsigned died_before = 0, died_at_back = 0;
  ns3::LvsSchedule(to_ns3(death_), [&] {
    result.sessions = sessions_->open();
    died_before = sessions_->died();
    load_->ResetCounters();
    switch_power(false);
  });
  ns3::LvsSchedule(to_ns3(back_), [&] {
    at_back = load_->GetCounters();
    died_at_back = sessions_->died();
    load_->ResetCounters();
    switch_power(true);
  });
  ns3::Simulator::Stop(to_ns3(end_));
  ns3::Simulator::Run();
  const auto lost = [](const ns3::LvsLoadCounters& counters) {
    return static_cast<double>(counters.timeouts + counters.refused);
  };
  result.death = cost_between(death_, back_, lost(at_back), died_at_back - died_before);
  result.back = cost_between(back_, end_, lost(load_->GetCounters()), sessions_->died() - died_at_back);
  {
    LvsHost::Entry entry(*client_);
    sessions_.reset();
  }
  listeners_.clear();
  return result;
}

}  // namespace

double master_down_time(const FailoverSpec& spec) { return spec.advert_int * (3 + (256.0 - spec.priority) / 256); }

FailoverResult run_failover(const FailoverSpec& spec) {
  daemons::add_daemons();
  ns3::RngSeedManager::SetSeed(spec.seed);
  ns3::RngSeedManager::SetRun(spec.run);
  FailoverResult result;
  {
    Failover failover(spec);
    result = failover.run();
  }
  ns3::Simulator::Destroy();
  return result;
}

}  // namespace lvs::scenarios
