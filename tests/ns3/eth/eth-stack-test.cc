// SPDX-License-Identifier: GPL-2.0-or-later
// ns-3's own stacks over these links: sockets, ARP, queue discs, global routing, packet sockets, the stock bridge.
#include <gmock/gmock.h>

#include <functional>

#include "eth-fixture.h"
#include "ns3/boolean.h"
#include "ns3/bridge-helper.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/error-model.h"
#include "ns3/flow-monitor-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/packet-socket-address.h"
#include "ns3/packet-socket-helper.h"
#include "ns3/pointer.h"
#include "ns3/queue-disc.h"
#include "ns3/socket.h"
#include "ns3/traffic-control-layer.h"

namespace ns3 {
namespace {

class EthStackTest : public EthTest {
 protected:
  void InstallStack(const NodeContainer& hosts) {
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.Install(hosts);
  }
  Ipv4InterfaceContainer Assign(const NetDeviceContainer& devices, const char* network) {
    return Ipv4AddressHelper(network, "255.255.255.0").Assign(devices);
  }
  // Sends `bytes` by TCP and gives what arrived after `time`.
  uint64_t Transfer(Ptr<Node> from, Ptr<Node> to, Ipv4Address address, uint64_t bytes, Time time = Seconds(20)) {
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    ApplicationContainer sink =
        PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(to);
    BulkSendHelper send("ns3::TcpSocketFactory", InetSocketAddress(address, 80));
    send.SetAttribute("MaxBytes", UintegerValue(bytes));
    send.Install(from).Start(Seconds(1));
    Simulator::Stop(time);
    Simulator::Run();
    return DynamicCast<PacketSink>(sink.Get(0))->GetTotalRx();
  }
};

TEST_F(EthStackTest, TcpOverACable) {
  nodes.Create(2);
  const NetDeviceContainer devices = helper.Install(nodes);
  InstallStack(nodes);
  const Ipv4InterfaceContainer hosts = Assign(devices, "10.0.0.0");
  EXPECT_EQ(Transfer(nodes.Get(0), nodes.Get(1), hosts.GetAddress(1), 3000000), 3000000u);
}

TEST_F(EthStackTest, TcpThroughASwitchWithPcapAndLoss) {
  nodes.Create(5);
  const NetDeviceContainer devices = helper.Install(CreateObject<Node>(), nodes);
  Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
  errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
  errors->SetRate(0.01);
  devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
  EXPECT_EQ(helper.AssignStreams(devices, 17), 1);
  InstallStack(nodes);
  const Ipv4InterfaceContainer hosts = Assign(devices, "10.0.0.0");
  int sniffed = 0;
  devices.Get(0)->TraceConnectWithoutContext("PromiscSniffer",
                                             Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++sniffed; }));
  EXPECT_EQ(Transfer(nodes.Get(0), nodes.Get(1), hosts.GetAddress(1), 1000000, Seconds(100)), 1000000u);
  EXPECT_GT(DynamicCast<LvsEthNetDevice>(devices.Get(1))->GetCounters().rxErrors, 0u);
  EXPECT_GT(sniffed, 690);
  // The third host saw what was flooded, and no more.
  EXPECT_LT(DynamicCast<LvsEthNetDevice>(devices.Get(2))->GetCounters().rxPackets, 10u);
}

TEST_F(EthStackTest, GlobalRoutingSeesThroughSwitches) {
  nodes.Create(3);
  const NetDeviceContainer left = helper.Install(CreateObject<Node>(), NodeContainer(nodes.Get(0), nodes.Get(1)));
  const NetDeviceContainer right = helper.Install(CreateObject<Node>(), NodeContainer(nodes.Get(1), nodes.Get(2)));
  InstallStack(nodes);
  Assign(left, "10.0.0.0");
  const Ipv4InterfaceContainer far = Assign(right, "10.0.1.0");
  Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  FlowMonitorHelper flows;
  Ptr<FlowMonitor> monitor = flows.Install(nodes);
  EXPECT_EQ(Transfer(nodes.Get(0), nodes.Get(2), far.GetAddress(1), 100000), 100000u);
  monitor->CheckForLostPackets();
  ASSERT_EQ(monitor->GetFlowStats().size(), 2u);
  for (const auto& [id, flow] : monitor->GetFlowStats()) EXPECT_EQ(flow.txPackets, flow.rxPackets);
}

TEST_F(EthStackTest, SwitchCanHaveAnAddressOfItsOwn) {
  nodes.Create(2);
  Ptr<Node> hub = CreateObject<Node>();
  NetDeviceContainer devices = helper.Install(hub, nodes);
  InstallStack(NodeContainer(nodes, hub));
  devices.Add(hub->GetDevice(0));
  const Ipv4InterfaceContainer hosts = Assign(devices, "10.0.0.0");
  EXPECT_EQ(Transfer(nodes.Get(0), hub, hosts.GetAddress(2), 100000), 100000u);
}

TEST_F(EthStackTest, StockBridgeTakesThePorts) {
  nodes.Create(2);
  Ptr<Node> hub = CreateObject<Node>();
  NetDeviceContainer ends, ports;
  for (uint32_t i = 0; i < 2; ++i) {
    const NetDeviceContainer cable = helper.Install(nodes.Get(i), hub);
    ends.Add(cable.Get(0));
    ports.Add(cable.Get(1));
  }
  BridgeHelper().Install(hub, ports);
  InstallStack(nodes);
  const Ipv4InterfaceContainer hosts = Assign(ends, "10.0.0.0");
  EXPECT_EQ(Transfer(nodes.Get(0), nodes.Get(1), hosts.GetAddress(1), 100000), 100000u);
}

// Sends a burst of UDP at once; gives how much of it arrives.
class EthBurstTest : public EthStackTest {
 protected:
  uint32_t Burst(uint32_t count) {
    helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(10));
    nodes.Create(2);
    devices = helper.Install(nodes);
    InstallStack(nodes);
    const Ipv4InterfaceContainer hosts = Assign(devices, "10.0.0.0");
    uint32_t received = 0;
    Ptr<Socket> server = Socket::CreateSocket(nodes.Get(1), TypeId::LookupByName("ns3::UdpSocketFactory"));
    server->Bind(InetSocketAddress(Ipv4Address::GetAny(), 9));
    server->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
      while (socket->Recv() != nullptr) ++received;
    }));
    Ptr<Socket> client = Socket::CreateSocket(nodes.Get(0), TypeId::LookupByName("ns3::UdpSocketFactory"));
    client->Connect(InetSocketAddress(hosts.GetAddress(1), 9));
    Simulator::ScheduleWithContext(nodes.Get(0)->GetId(), Seconds(1), [&] { client->Send(Create<Packet>(100)); });
    Simulator::ScheduleWithContext(nodes.Get(0)->GetId(), Seconds(2), [&] {
      for (uint32_t i = 0; i < count; ++i) client->Send(Create<Packet>(1000));
    });
    Simulator::Run();
    return received - 1;
  }
  NetDeviceContainer devices;
};

TEST_F(EthBurstTest, WithoutFlowControlTheQueueDrops) {
  EXPECT_EQ(Burst(100), 11u);
  EXPECT_EQ(devices.Get(0)->GetObject<NetDeviceQueueInterface>(), nullptr);
  EXPECT_EQ(nodes.Get(0)->GetObject<TrafficControlLayer>()->GetRootQueueDiscOnDevice(devices.Get(0)), nullptr);
}

TEST_F(EthBurstTest, WithFlowControlTheQueueDiscWaits) {
  helper.SetDeviceAttribute("FlowControl", BooleanValue(true));
  EXPECT_EQ(Burst(100), 100u);
  EXPECT_EQ(DynamicCast<LvsEthNetDevice>(devices.Get(0))->GetCounters().txDropped, 0u);
  Ptr<QueueDisc> disc = nodes.Get(0)->GetObject<TrafficControlLayer>()->GetRootQueueDiscOnDevice(devices.Get(0));
  ASSERT_NE(disc, nullptr);
  EXPECT_GE(disc->GetStats().nTotalEnqueuedPackets, 100u);
}

TEST_F(EthStackTest, PacketSocketsSendAndReceive) {
  nodes.Create(2);
  const NetDeviceContainer devices = helper.Install(nodes);
  PacketSocketHelper().Install(nodes);
  PacketSocketAddress local;
  local.SetSingleDevice(devices.Get(1)->GetIfIndex());
  local.SetProtocol(0x88b5);
  uint32_t got = 0;
  Ptr<Socket> receiver = Socket::CreateSocket(nodes.Get(1), TypeId::LookupByName("ns3::PacketSocketFactory"));
  receiver->Bind(local);
  receiver->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
    while (Ptr<Packet> packet = socket->Recv()) got = packet->GetSize();
  }));
  PacketSocketAddress remote;
  remote.SetSingleDevice(devices.Get(0)->GetIfIndex());
  remote.SetPhysicalAddress(devices.Get(1)->GetAddress());
  remote.SetProtocol(0x88b5);
  Ptr<Socket> sender = Socket::CreateSocket(nodes.Get(0), TypeId::LookupByName("ns3::PacketSocketFactory"));
  sender->Bind();
  sender->Connect(remote);
  Simulator::ScheduleWithContext(nodes.Get(0)->GetId(), Seconds(1), [&] { sender->Send(Create<Packet>(123)); });
  Simulator::Run();
  EXPECT_EQ(got, 123u);
}

TEST_F(EthStackTest, NodeGetsWhatAReceiverHandsBack) {
  Connect();
  InstallStack(nodes);
  const Ipv4InterfaceContainer hosts = Assign(Both(), "10.0.0.0");
  struct Back : LvsFrameReceiver {
    void ReceiveFrame(LvsEthNetDevice& device, lvs::host::PacketPtr frame) override {
      device.ReceiveByNode(std::move(frame));
    }
  } back;
  a->SetFrameReceiver(&back);
  b->SetFrameReceiver(&back);
  EXPECT_EQ(Transfer(nodes.Get(0), nodes.Get(1), hosts.GetAddress(1), 100000), 100000u);
}

// Determinism: the same run twice gives the same frames at the same times.
TEST_F(EthStackTest, TwoRunsAreAlike) {
  const auto run = [] {
    Mac48Address::ResetAllocationIndex();
    std::string log;
    NodeContainer hosts(3);
    LvsEthHelper eth;
    const NetDeviceContainer devices = eth.Install(CreateObject<Node>(), hosts);
    const auto watch = [&log](Ptr<const Packet> packet) {
      log += std::to_string(Simulator::Now().GetNanoSeconds()) + " " + std::to_string(packet->GetSize()) + "\n";
    };
    devices.Get(1)->TraceConnectWithoutContext("PromiscSniffer", Callback<void, Ptr<const Packet>>(watch));
    for (uint32_t i = 0; i < 3; ++i) {
      for (int k = 0; k < 20; ++k) {
        DynamicCast<LvsEthNetDevice>(devices.Get(i))
            ->SendFrame(MakeFrame(static_cast<uint8_t>(i + 1), k % 3 == 0 ? 0xff : 2, 60 + 20 * i));
      }
    }
    Simulator::Run();
    Simulator::Destroy();
    return log;
  };
  const std::string first = run();
  EXPECT_GT(first.size(), 100u);
  EXPECT_EQ(run(), first);
}

}  // namespace
}  // namespace ns3
