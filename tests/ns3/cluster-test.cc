// SPDX-License-Identifier: GPL-2.0-or-later
// Clusters as LvsClusterHelper builds them, under the light load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "ns3/boolean.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"
#include "os/temporary-folder.h"

namespace ns3 {
namespace {

using testing::Each;
using testing::Gt;
using testing::HasSubstr;

class ClusterTest : public testing::Test {
 protected:
  ~ClusterTest() override { Simulator::Destroy(); }

  static LvsCluster Build(const LvsClusterConfig& config) { return LvsClusterHelper(config).Build(); }

  static LvsClusterConfig Of(LvsMethod method, bool udp = false) {
    LvsClusterConfig config;
    config.method = method;
    config.udp = udp;
    return config;
  }

  // 500 requests a second for a fifth of a second, and time for the last replies.
  static void Load(LvsCluster& cluster, const LvsLoadProfile& profile, double rate = 500) {
    cluster.InstallLoadServers(profile);
    cluster.InstallLoadClients(profile, rate, MilliSeconds(1));
    for (const auto& client : cluster.loadClients) client->SetStopTime(MilliSeconds(201));
    Simulator::Stop(Seconds(1));
    Simulator::Run();
  }

  static std::vector<uint64_t> RequestsOfServers(const LvsCluster& cluster) {
    std::vector<uint64_t> requests;
    for (const auto& server : cluster.loadServers) requests.push_back(server->GetCounters().requests);
    return requests;
  }
};

// --- the three methods serve every kind of load ----------------------------------------------------------------------

struct Case {
  LvsMethod method;
  LvsLoadProfile profile;
  const char* name;
};

void PrintTo(const Case& each, std::ostream* os) { *os << each.name; }

class ClusterServes : public ClusterTest, public testing::WithParamInterface<Case> {};

TEST_P(ClusterServes, EveryRequest) {
  const auto& [method, profile, name] = GetParam();
  LvsClusterConfig config = Of(method, profile.GetKind() != LvsLoadProfile::TCP);
  config.clients = 2;
  config.addressesPerClient = 3;
  LvsCluster cluster = Build(config);
  Load(cluster, profile);
  const LvsLoadCounters clients = cluster.GetClientCounters();
  EXPECT_GE(clients.requests, 99u);
  EXPECT_EQ(clients.completed, clients.requests);
  EXPECT_EQ(clients.timeouts + clients.refused + clients.retransmits + clients.stray, 0u);
  EXPECT_EQ(clients.txBytes, clients.requests * profile.GetRequestCost().bytes);
  EXPECT_EQ(clients.txPackets, clients.requests * profile.GetRequestCost().packets);
  EXPECT_EQ(clients.rxBytes, clients.requests * profile.GetReplyCost().bytes);
  EXPECT_EQ(clients.rxPackets, clients.requests * profile.GetReplyCost().packets);
  const LvsLoadCounters servers = cluster.GetServerCounters();
  EXPECT_EQ(servers.rxBytes, clients.txBytes);
  EXPECT_EQ(servers.txBytes, clients.rxBytes);
  const auto requests = RequestsOfServers(cluster);
  EXPECT_THAT(requests, Each(Gt(clients.requests / 3 - 2)));
}

const LvsLoadProfile kRaw = LvsLoadProfile::Raw(120, {536, 536, 400});
const LvsLoadProfile kUdp = LvsLoadProfile::Udp(100, 5000);
const LvsLoadProfile kTcp = LvsLoadProfile::Tcp(400, 40001);

INSTANTIATE_TEST_SUITE_P(Methods, ClusterServes,
                         testing::Values(Case{LvsMethod::NAT, kRaw, "NatRaw"}, Case{LvsMethod::NAT, kUdp, "NatUdp"},
                                         Case{LvsMethod::NAT, kTcp, "NatTcp"}, Case{LvsMethod::DR, kRaw, "DrRaw"},
                                         Case{LvsMethod::DR, kUdp, "DrUdp"}, Case{LvsMethod::DR, kTcp, "DrTcp"},
                                         Case{LvsMethod::TUN, kRaw, "TunRaw"}, Case{LvsMethod::TUN, kUdp, "TunUdp"},
                                         Case{LvsMethod::TUN, kTcp, "TunTcp"}),
                         [](const auto& each) { return each.param.name; });

TEST_F(ClusterTest, RepliesPassTheDirectorInNatOnly) {
  const LvsLoadProfile profile = LvsLoadProfile::Raw(100, {1000});
  for (const LvsMethod method : {LvsMethod::NAT, LvsMethod::DR, LvsMethod::TUN}) {
    LvsCluster cluster = Build(Of(method, true));
    cluster.director->SetCpuCost(NanoSeconds(1));
    Load(cluster, profile);
    const uint64_t requests = cluster.GetClientCounters().requests;
    const auto cpu = cluster.director->GetCpuCounters();
    EXPECT_EQ(cpu.ip_packets, method == LvsMethod::NAT ? 2 * requests : requests) << LvsMethodName(method);
    EXPECT_EQ(cpu.ip_bytes, method == LvsMethod::NAT ? 1100 * requests : 100 * requests) << LvsMethodName(method);
    Simulator::Destroy();
  }
}

TEST_F(ClusterTest, TunServersMayStandBesideTheDirector) {
  LvsClusterConfig config = Of(LvsMethod::TUN);
  config.remoteServers = false;
  LvsCluster cluster = Build(config);
  Load(cluster, kTcp);
  EXPECT_EQ(cluster.GetClientCounters().completed, cluster.GetClientCounters().requests);
}

TEST_F(ClusterTest, NatMapsPorts) {
  LvsClusterConfig config = Of(LvsMethod::NAT);
  config.serverPort = 8080;
  LvsCluster cluster = Build(config);
  Load(cluster, kTcp);
  EXPECT_GT(cluster.GetClientCounters().completed, 90u);
  EXPECT_THAT(cluster.director->Run("ipvsadm -Ln").out, HasSubstr("192.168.1.0:8080"));
}

TEST_F(ClusterTest, WeightsAreHeeded) {
  LvsClusterConfig config = Of(LvsMethod::DR);
  config.scheduler = "wrr";
  config.weights = {3, 1, 0};
  LvsCluster cluster = Build(config);
  Load(cluster, kTcp);
  const auto requests = RequestsOfServers(cluster);
  EXPECT_NEAR(static_cast<double>(requests[0]), 75, 2);
  EXPECT_NEAR(static_cast<double>(requests[1]), 25, 2);
  EXPECT_EQ(requests[2], 0u);
}

// --- mistakes --------------------------------------------------------------------------------------------------------

TEST_F(ClusterTest, WithoutArpSuppressionARealServerTakesTheVip) {
  LvsClusterConfig config = Of(LvsMethod::DR);
  config.suppressArp = false;
  LvsCluster cluster = Build(config);
  cluster.director->SetCpuCost(NanoSeconds(1));
  Load(cluster, kTcp);
  const auto requests = RequestsOfServers(cluster);
  // Whoever the router believes gets everything, past the director.
  EXPECT_EQ(std::count(requests.begin(), requests.end(), 0u), 2);
  EXPECT_EQ(cluster.director->GetCpuCounters().ip_packets, 0u);
}

TEST_F(ClusterTest, NatWithoutForwardingAnswersNobody) {
  LvsClusterHelper helper(Of(LvsMethod::NAT));
  helper.SetDirectorSetup([](uint32_t, std::vector<std::string> usual) {
    std::erase_if(usual, [](const std::string& line) { return line.find("ip_forward") != std::string::npos; });
    return usual;
  });
  LvsCluster cluster = helper.Build();
  Load(cluster, kTcp);
  EXPECT_EQ(cluster.GetClientCounters().completed, 0u);
  EXPECT_GT(cluster.director->GetHost().drops(::lvs::trace::Drop::ip_forwarding_off), 0u);
}

TEST_F(ClusterTest, AServerWithoutTheVipDropsItsShare) {
  LvsClusterHelper helper(Of(LvsMethod::DR));
  helper.SetServerSetup([](uint32_t index, std::vector<std::string> usual) {
    if (index == 1) usual.pop_back();
    return usual;
  });
  LvsCluster cluster = helper.Build();
  Load(cluster, kTcp);
  const LvsLoadCounters clients = cluster.GetClientCounters();
  EXPECT_NEAR(static_cast<double>(clients.completed), static_cast<double>(clients.requests) * 2 / 3, 2);
  EXPECT_EQ(RequestsOfServers(cluster)[1], 0u);
}

TEST_F(ClusterTest, ADeadServerCostsSynRetransmissions) {
  LvsCluster cluster = Build(Of(LvsMethod::DR));
  cluster.InstallLoadServers(kTcp);
  cluster.InstallLoadClients(kTcp, 100, MilliSeconds(1));
  cluster.loadClients[0]->SetStopTime(MilliSeconds(301));
  cluster.servers[0]->RunAt(MicroSeconds(1), "ip link set eth0 down");
  Simulator::Stop(Seconds(20));
  Simulator::Run();
  const LvsLoadCounters clients = cluster.GetClientCounters();
  EXPECT_EQ(clients.requests, 30u);
  EXPECT_EQ(clients.completed, 20u);
  EXPECT_EQ(clients.timeouts + clients.refused, 10u);
  EXPECT_GE(clients.retransmits, 10u);
  EXPECT_EQ(cluster.loadClients[0]->GetOutstanding(), 0u);
}

TEST_F(ClusterTest, AServiceWithoutServersRefuses) {
  LvsClusterConfig config = Of(LvsMethod::DR);
  config.weights = {0};
  LvsCluster cluster = Build(config);
  Load(cluster, kTcp, 50);
  const LvsLoadCounters clients = cluster.GetClientCounters();
  EXPECT_EQ(clients.completed, 0u);
  EXPECT_GT(clients.refused, 0u);  // ICMP port unreachable from the VIP, as far as the rate limit lets them go
}

// --- the director's CPU ----------------------------------------------------------------------------------------------

double NatPlateau(Time cost) {
  LvsClusterConfig config;
  config.method = LvsMethod::NAT;
  config.udp = true;
  config.servers = 20;
  LvsCluster cluster = LvsClusterHelper(config).Build();
  cluster.director->SetCpuCost(cost);
  const LvsLoadProfile profile = LvsLoadProfile::Raw(536, {536});
  cluster.InstallLoadServers(profile);
  cluster.InstallLoadClients(profile, 1.5 / (2 * cost.GetSeconds()), MilliSeconds(1));
  Simulator::Schedule(MilliSeconds(200), [&] { cluster.ResetCounters(); });
  Simulator::Stop(MilliSeconds(700));
  Simulator::Run();
  EXPECT_NEAR(cluster.director->GetCpuUtilization(), 1, 0.001);
  EXPECT_GT(cluster.director->GetCpuCounters().dropped, 0u);
  const double rate = static_cast<double>(cluster.director->GetCpuCounters().ip_bytes) / 0.5;
  Simulator::Destroy();
  return rate;
}

TEST_F(ClusterTest, SixtyMicrosecondsAPacketCarry893MegabytesASecond) {
  EXPECT_NEAR(NatPlateau(MicroSeconds(60)), 8.93e6, 8.93e4);
}

TEST_F(ClusterTest, HalfTheCostIsTwiceThePlateau) {
  const double whole = NatPlateau(MicroSeconds(60));
  EXPECT_NEAR(NatPlateau(MicroSeconds(30)) / whole, 2, 0.02);
}

TEST_F(ClusterTest, TheCpuIsTraced) {
  LvsClusterHelper helper(Of(LvsMethod::NAT, true));
  helper.SetDirectorAttribute("CpuEnabled", BooleanValue(true));
  helper.SetDirectorAttribute("RewriteCost", TimeValue(MicroSeconds(100)));
  helper.SetDirectorAttribute("Backlog", UintegerValue(10));
  helper.SetDirectorAttribute("UtilizationWindow", TimeValue(MilliSeconds(50)));
  LvsCluster cluster = helper.Build();
  std::vector<double> busy;
  uint32_t most = 0;
  cluster.director->TraceConnectWithoutContext("CpuUtilization",
                                               Callback<void, double>([&](double share) { busy.push_back(share); }));
  cluster.director->TraceConnectWithoutContext(
      "CpuBacklog",
      Callback<void, uint32_t, uint32_t>([&](uint32_t, uint32_t waiting) { most = std::max(most, waiting); }));
  const auto profile = LvsLoadProfile::Raw(100, {100});
  cluster.InstallLoadServers(profile);
  cluster.InstallLoadClients(profile, 8000, Time(0));
  Simulator::Stop(MilliSeconds(201));
  Simulator::Run();
  EXPECT_EQ(busy.size(), 4u);
  EXPECT_NEAR(busy.back(), 1, 0.01);
  EXPECT_EQ(most, 10u);
  EXPECT_GT(cluster.director->GetHost().drops(::lvs::trace::Drop::cpu_backlog), 0u);
}

// --- determinism -----------------------------------------------------------------------------------------------------

std::string CaptureOf(LvsMethod method, const std::string& prefix) {
  LvsClusterConfig config;
  config.method = method;
  LvsCluster cluster = LvsClusterHelper(config).Build();
  cluster.InstallLoadServers(kTcp);
  cluster.InstallLoadClients(kTcp, 500, MilliSeconds(1), LvsLoadClient::POISSON);
  EXPECT_EQ(cluster.AssignStreams(50), 7);
  LvsEthHelper eth;
  eth.EnablePcap(prefix, cluster.directorDevices.Get(0), true, true);
  Simulator::Stop(MilliSeconds(200));
  Simulator::Run();
  Simulator::Destroy();
  std::ifstream file(prefix, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(ClusterTest, TwoRunsAreTheSameToTheByte) {
  const lvs::os::TemporaryFolder folder(testing::TempDir() + "lvs-cluster-");
  const std::string first = folder.path() + "/first.pcap", second = folder.path() + "/second.pcap";
  for (const LvsMethod method : {LvsMethod::NAT, LvsMethod::DR, LvsMethod::TUN}) {
    const std::string bytes = CaptureOf(method, first);
    EXPECT_GT(bytes.size(), 10000u);
    EXPECT_TRUE(bytes == CaptureOf(method, second)) << LvsMethodName(method);
  }
}

}  // namespace
}  // namespace ns3
