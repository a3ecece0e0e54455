// SPDX-License-Identifier: GPL-2.0-or-later
// Beside ns-3's own stack: the same applications move as much, monitors lose nothing that was not lost, and stock
// hosts, CSMA and point-to-point links work with ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/csma-helper.h"
#include "ns3/flow-monitor-helper.h"
#include "ns3/global-value.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/three-gpp-http-client.h"
#include "ns3/three-gpp-http-helper.h"
#include "ns3/three-gpp-http-server.h"
#include "ns3/three-gpp-http-variables.h"
#include "ns3/uinteger.h"

namespace ns3 {
namespace {

using testing::HasSubstr;

enum class Stack { stock, ours };
enum class Wire { csma, eth };

struct Browsed {
  double bytes = 0;   // received by the client
  uint64_t lost = 0;  // as FlowMonitor counts
  uint64_t sent = 0;  // packets
};

// What an application draws hangs on the run alone, not on what else has drawn in this process.
void DrawFromStreams(const Ptr<Application>& application, int64_t first) {
  PointerValue variables;
  application->GetAttribute("Variables", variables);
  variables.Get<ThreeGppHttpVariables>()->AssignStreams(first);
}

// ThreeGppHttp draws a segment size of 1460 three times out of four, which with TCP's timestamps is more than an
// Ethernet frame.
Browsed Browse(Stack kind, Wire wire, uint32_t run, const std::string& sysctl = "") {
  Config::Reset();
  RngSeedManager::SetSeed(1);
  RngSeedManager::SetRun(run);
  NodeContainer nodes(2);
  NetDeviceContainer devices;
  if (wire == Wire::csma) {
    CsmaHelper csma;
    csma.SetChannelAttribute("DataRate", StringValue("100Mbps"));
    devices = csma.Install(nodes);
  } else {
    LvsEthHelper eth;  // with room for a window of TCP's, so that nothing is lost
    eth.SetDeviceAttribute("TxQueueLimit", UintegerValue(10000));
    devices = eth.Install(nodes);
  }
  if (kind == Stack::stock) {
    InternetStackHelper().Install(nodes);
  } else {
    LvsStackHelper().Install(nodes);
  }
  const auto interfaces = Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
  if (!sysctl.empty()) LvsHostHelper::Run(nodes, "sysctl -w " + sysctl);
  const auto servers = ThreeGppHttpServerHelper(interfaces.GetAddress(1)).Install(nodes.Get(1));
  const auto clients = ThreeGppHttpClientHelper(interfaces.GetAddress(1)).Install(nodes.Get(0));
  DrawFromStreams(servers.Get(0), 1000);
  DrawFromStreams(clients.Get(0), 2000);
  Browsed result;
  const Callback<void, Ptr<const Packet>, const Address&> count(
      [&](Ptr<const Packet> packet, const Address&) { result.bytes += packet->GetSize(); });
  clients.Get(0)->TraceConnectWithoutContext("Rx", count);
  FlowMonitorHelper helper;
  const Ptr<FlowMonitor> monitor = helper.InstallAll();
  Simulator::Stop(Seconds(300));
  Simulator::Run();
  monitor->CheckForLostPackets(Seconds(1));
  for (const auto& [id, flow] : monitor->GetFlowStats()) {
    result.lost += flow.lostPackets;
    result.sent += flow.txPackets;
  }
  Simulator::Destroy();
  return result;
}

// The same pages are drawn, so the same bytes must come.
TEST(BesideStock, HttpMovesAsManyBytes) {
  for (uint32_t run = 1; run <= 10; ++run) {
    const double stock = Browse(Stack::stock, Wire::csma, run).bytes;
    EXPECT_GT(stock, 1e5);
    EXPECT_EQ(Browse(Stack::ours, Wire::csma, run).bytes, stock) << run;
    EXPECT_EQ(Browse(Stack::ours, Wire::eth, run).bytes, stock) << run;
  }
}

TEST(BesideStock, FlowMonitorLosesNothingThatIsFragmented) {
  for (const Wire wire : {Wire::csma, Wire::eth}) {
    for (const std::string sysctl : {"", "net.ipv4.ip_no_pmtu_disc=1"}) {
      for (uint32_t run = 1; run <= 2; ++run) {
        const Browsed seen = Browse(Stack::ours, wire, run, sysctl);
        EXPECT_GT(seen.sent, 100u);
        EXPECT_EQ(seen.lost, 0u) << run << ' ' << static_cast<int>(wire) << ' ' << sysctl;
      }
    }
  }
}

TEST(BesideStock, PointToPointIsALinkWithoutArp) {
  Config::Reset();
  NodeContainer nodes(2);
  const NetDeviceContainer devices = PointToPointHelper().Install(nodes);
  LvsStackHelper().Install(nodes);
  Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
  const Ptr<LvsHost> host = nodes.Get(0)->GetObject<LvsHost>();
  EXPECT_THAT(host->Run("ip link show eth0").out, HasSubstr("NOARP"));
  std::string out;
  host->RunAt(Seconds(1), "ping -c 2 10.0.0.2", [&](const LvsCommandResult& result) { out = result.out; });
  Simulator::Stop(Seconds(5));
  Simulator::Run();
  Simulator::Destroy();
  EXPECT_THAT(out, HasSubstr("2 packets transmitted, 2 received"));
}

// A stock host leaves checksums out unless it is told not to; a Linux machine takes none that is wrong.
TEST(BesideStock, StockHostsNeedChecksumEnabled) {
  for (const bool enabled : {false, true}) {
    Config::Reset();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(enabled));
    NodeContainer nodes(2);
    const NetDeviceContainer devices = CsmaHelper().Install(nodes);
    InternetStackHelper().Install(nodes.Get(0));
    LvsStackHelper().Install(nodes.Get(1));
    Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
    const Ptr<LvsHost> host = nodes.Get(1)->GetObject<LvsHost>();
    std::string out;
    host->RunAt(Seconds(1), "ping -c 1 -W 1 10.0.0.1", [&](const LvsCommandResult& result) { out = result.out; });
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    Simulator::Destroy();
    EXPECT_THAT(out, HasSubstr(enabled ? "1 received" : "0 received"));
  }
  GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

}  // namespace
}  // namespace ns3
