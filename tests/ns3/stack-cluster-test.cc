// SPDX-License-Identifier: GPL-2.0-or-later
// ns-3's sockets and applications on the machines of a cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/flow-monitor-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-reply-application.h"
#include "ns3/lvs-request-application.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "os/temporary-folder.h"
#include "tcpdump.h"

namespace ns3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class SocketsOnCluster : public testing::TestWithParam<LvsMethod> {
 protected:
  SocketsOnCluster() {
    Config::Reset();
    LvsClusterConfig config;
    config.method = GetParam();
    config.servers = 2;
    cluster = LvsClusterHelper(config).Build();
    LvsStackHelper stack;
    for (const auto& hosts : {cluster.clients, cluster.servers}) {
      for (const Ptr<LvsHost>& host : hosts) stack.Install(host->GetObject<Node>());
    }
  }
  ~SocketsOnCluster() override { Simulator::Destroy(); }

  LvsCluster cluster;
};

TEST_P(SocketsOnCluster, BulkTransferAndValidChecksums) {
  ApplicationContainer sinks;
  for (const Ptr<LvsHost>& server : cluster.servers) {
    sinks.Add(PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80))
                  .Install(server->GetObject<Node>()));
  }
  constexpr uint64_t kBytes = 300000;
  for (int i = 0; i < 4; ++i) {
    BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(cluster.config.vip, 80));
    bulk.SetAttribute("MaxBytes", UintegerValue(kBytes));
    bulk.Install(cluster.clients[0]->GetObject<Node>()).Start(MilliSeconds(10 * i));
  }
  const lvs::os::TemporaryFolder folder(testing::TempDir() + "lvs-stack-");
  const std::string file = folder.path() + "/cluster.pcap";
  LvsEthHelper().EnablePcap(file, cluster.directorDevices.Get(0), true, true);
  Simulator::Stop(Seconds(20));
  Simulator::Run();
  for (uint32_t i = 0; i < 2; ++i) EXPECT_EQ(DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx(), 2 * kBytes);
  Simulator::Destroy();  // closes the capture
  if (const std::string dump = TcpDump(file); !dump.empty()) {
    EXPECT_THAT(dump, HasSubstr("(correct)"));
    EXPECT_THAT(dump, Not(HasSubstr("incorrect")));
    EXPECT_THAT(dump, Not(HasSubstr("bad cksum")));
  }
}

TEST_P(SocketsOnCluster, RequestsAndReplies) {
  for (const Ptr<LvsHost>& server : cluster.servers) {
    server->GetObject<Node>()->AddApplication(
        CreateObjectWithAttributes<LvsReplyApplication>("ReplySize", UintegerValue(20000)));
  }
  Ptr<LvsRequestApplication> client = CreateObjectWithAttributes<LvsRequestApplication>(
      "RemoteAddress", Ipv4AddressValue(cluster.config.vip), "ReplySize", UintegerValue(20000), "Interval",
      StringValue("ns3::ConstantRandomVariable[Constant=0.01]"));
  cluster.clients[0]->GetObject<Node>()->AddApplication(client);
  client->SetStopTime(MilliSeconds(495));
  Simulator::Stop(Seconds(5));
  Simulator::Run();
  EXPECT_EQ(client->GetRequests(), 50u);
  EXPECT_EQ(client->GetCompleted(), 50u);
  EXPECT_EQ(client->GetFailed(), 0u);
}

TEST_P(SocketsOnCluster, FlowMonitorCountsWhatIsNotRewritten) {
  FlowMonitorHelper helper;
  Ptr<FlowMonitor> monitor = helper.InstallAll();
  PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80));
  for (const Ptr<LvsHost>& server : cluster.servers) sink.Install(server->GetObject<Node>());
  BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(cluster.config.vip, 80));
  bulk.SetAttribute("MaxBytes", UintegerValue(50000));
  bulk.Install(cluster.clients[0]->GetObject<Node>());
  Simulator::Stop(Seconds(5));
  Simulator::Run();
  EXPECT_EQ(monitor->GetFlowStats().size(), 2u);
  for (const auto& [id, flow] : monitor->GetFlowStats()) {
    EXPECT_GT(flow.txPackets, 40u);
    if (GetParam() == LvsMethod::NAT) {
      EXPECT_EQ(flow.rxPackets, 0u);  // the addresses sent to are not those that arrive
    } else {
      EXPECT_EQ(flow.rxPackets, flow.txPackets);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, SocketsOnCluster, testing::Values(LvsMethod::NAT, LvsMethod::DR, LvsMethod::TUN),
                         [](const auto& each) { return std::string(LvsMethodName(each.param)); });

}  // namespace
}  // namespace ns3
