// SPDX-License-Identifier: GPL-2.0-or-later
// ns-3's sockets and applications on top of the Linux host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "ns3/boolean.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/csma-helper.h"
#include "ns3/flow-monitor-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-ipv4-l3-protocol.h"
#include "ns3/lvs-request-application.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"
#include "os/temporary-folder.h"
#include "tcpdump.h"
#if __has_include("ns3/ping-helper.h")  // since 3.38; it took the place of the other
#include "ns3/ping-helper.h"
#else
#include "ns3/v4ping-helper.h"
#endif

namespace ns3 {
namespace {

using testing::HasSubstr;
using testing::Not;

// Two machines on a cable with ns-3's stack: 10.0.0.1 and 10.0.0.2.
class StackTest : public testing::Test {
 protected:
  StackTest() {
    Config::Reset();  // defaults that other tests have set
    nodes.Create(2);
    devices = LvsEthHelper().Install(nodes);
    stack.Install(nodes);
    interfaces = Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
  }
  ~StackTest() override { Simulator::Destroy(); }

  Ptr<LvsHost> Host(uint32_t i) { return nodes.Get(i)->GetObject<LvsHost>(); }
  Ptr<Ipv4> GetIpv4(uint32_t i) { return nodes.Get(i)->GetObject<Ipv4>(); }

  NodeContainer nodes;
  NetDeviceContainer devices;
  Ipv4InterfaceContainer interfaces;
  LvsStackHelper stack;
};

// --- addresses and links are the same on both sides ------------------------------------------------------------------

TEST_F(StackTest, AddressesOfNs3AreLinuxs) {
  EXPECT_THAT(Host(0)->Run("ip addr show dev eth0").out, HasSubstr("inet 10.0.0.1/24 brd 10.0.0.255"));
  EXPECT_THAT(Host(0)->Run("ip route").out, HasSubstr("10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1"));
  EXPECT_TRUE(GetIpv4(0)->RemoveAddress(1, Ipv4Address("10.0.0.1")));
  EXPECT_THAT(Host(0)->Run("ip addr show dev eth0").out, Not(HasSubstr("inet ")));
}

TEST_F(StackTest, AddressesOfLinuxAreNs3s) {
  Host(0)->MustRun("ip addr add 192.168.7.1/30 dev eth0");
  EXPECT_EQ(GetIpv4(0)->GetInterfaceForAddress(Ipv4Address("192.168.7.1")), 1);
  EXPECT_EQ(GetIpv4(0)->GetNAddresses(1), 2u);
  EXPECT_EQ(GetIpv4(0)->GetAddress(1, 1).GetMask(), Ipv4Mask("255.255.255.252"));
  Host(0)->MustRun("ip addr del 192.168.7.1/30 dev eth0");
  EXPECT_EQ(GetIpv4(0)->GetInterfaceForAddress(Ipv4Address("192.168.7.1")), -1);
}

TEST_F(StackTest, LoopbackAndTunnelsAreInterfaceZero) {
  Host(0)->MustRun("ip link set tunl0 up\nip addr add 10.9.9.9/32 dev tunl0\nip addr add 10.9.9.8/32 dev lo");
  EXPECT_EQ(GetIpv4(0)->GetInterfaceForAddress(Ipv4Address("127.0.0.1")), 0);
  EXPECT_EQ(GetIpv4(0)->GetInterfaceForAddress(Ipv4Address("10.9.9.9")), 0);
  EXPECT_EQ(GetIpv4(0)->GetInterfaceForAddress(Ipv4Address("10.9.9.8")), 0);
  EXPECT_EQ(GetIpv4(0)->GetNInterfaces(), 2u);
}

TEST_F(StackTest, LinksGoUpAndDownOnBothSides) {
  Host(0)->MustRun("ip link set eth0 down");
  EXPECT_FALSE(GetIpv4(0)->IsUp(1));
  EXPECT_FALSE(devices.Get(1)->IsLinkUp());  // the other end sees no carrier
  GetIpv4(0)->SetUp(1);
  EXPECT_THAT(Host(0)->Run("ip link show eth0").out, HasSubstr("UP"));
  EXPECT_TRUE(devices.Get(1)->IsLinkUp());
}

TEST_F(StackTest, AddressAndMtuAreTheDevicesToo) {
  Host(0)->MustRun("ip link set eth0 address 02:00:00:00:00:77\nip link set eth0 mtu 1400");
  EXPECT_EQ(devices.Get(0)->GetAddress(), Address(Mac48Address("02:00:00:00:00:77")));
  EXPECT_EQ(devices.Get(0)->GetMtu(), 1400);
  EXPECT_EQ(GetIpv4(0)->GetMtu(1), 1400);
  devices.Get(0)->SetMtu(1300);
  devices.Get(0)->SetAddress(Mac48Address("02:00:00:00:00:78"));
  EXPECT_THAT(Host(0)->Run("ip link show eth0").out,
              testing::AllOf(HasSubstr("mtu 1300"), HasSubstr("link/ether 02:00:00:00:00:78")));
}

TEST_F(StackTest, ForwardingIsOffAsInLinuxAndFollows) {
  EXPECT_FALSE(GetIpv4(0)->IsForwarding(1));
  Host(0)->MustRun("sysctl -w net.ipv4.ip_forward=1");
  EXPECT_TRUE(GetIpv4(0)->IsForwarding(1));
  GetIpv4(0)->SetAttribute("IpForward", BooleanValue(false));
  EXPECT_THAT(Host(0)->Run("cat /proc/sys/net/ipv4/ip_forward").out, "0\n");
}

// --- traffic ---------------------------------------------------------------------------------------------------------

TEST_F(StackTest, UdpEcho) {
  UdpEchoServerHelper(9).Install(nodes.Get(1));
  UdpEchoClientHelper client(Ipv4Address("10.0.0.2"), 9);
  client.SetAttribute("MaxPackets", UintegerValue(3));
  client.SetAttribute("Interval", TimeValue(MilliSeconds(10)));
  ApplicationContainer apps = client.Install(nodes.Get(0));
  int replies = 0;
  apps.Get(0)->TraceConnectWithoutContext(
      "Rx", Callback<void, Ptr<const Packet>>([&](Ptr<const Packet> packet) { replies += packet->GetSize() == 100; }));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_EQ(replies, 3);
}

TEST_F(StackTest, PingByRawSocket) {
  int replies = 0;
#if __has_include("ns3/ping-helper.h")
  PingHelper ping(Ipv4Address("10.0.0.2"));
  const Callback<void, uint16_t, Time> count([&](uint16_t, Time) { ++replies; });
#else
  V4PingHelper ping(Ipv4Address("10.0.0.2"));
  const Callback<void, Time> count([&](Time) { ++replies; });
#endif
  ping.SetAttribute("Interval", TimeValue(MilliSeconds(100)));
  ApplicationContainer apps = ping.Install(nodes.Get(0));
  apps.Get(0)->TraceConnectWithoutContext("Rtt", count);
  Simulator::Stop(MilliSeconds(450));
  Simulator::Run();
  EXPECT_EQ(replies, 5);
}

TEST_F(StackTest, ConversationWithOneself) {
  UdpEchoServerHelper(9).Install(nodes.Get(0));
  UdpEchoClientHelper client(Ipv4Address("127.0.0.1"), 9);
  client.SetAttribute("MaxPackets", UintegerValue(1));
  ApplicationContainer apps = client.Install(nodes.Get(0));
  int replies = 0;
  apps.Get(0)->TraceConnectWithoutContext("Rx",
                                          Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++replies; }));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_EQ(replies, 1);
}

TEST_F(StackTest, AClosedUdpPortSaysSo) {
  Ptr<Socket> socket = Socket::CreateSocket(nodes.Get(0), UdpSocketFactory::GetTypeId());
  int type = -1, code = -1;
  socket->SetAttribute("IcmpCallback", CallbackValue(Callback<void, Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t>(
                                           [&](Ipv4Address, uint8_t, uint8_t icmpType, uint8_t icmpCode, uint32_t) {
                                             type = icmpType;
                                             code = icmpCode;
                                           })));
  socket->Connect(InetSocketAddress(Ipv4Address("10.0.0.2"), 4711));
  socket->Send(Create<Packet>(10));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_EQ(type, 3);
  EXPECT_EQ(code, 3);
}

TEST_F(StackTest, AClosedTcpPortResets) {
  int resets = 0;
  Config::ConnectWithoutContext(
      "/NodeList/" + std::to_string(nodes.Get(0)->GetId()) + "/$ns3::Ipv4L3Protocol/Rx",
      Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>([&](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t) {
        std::array<uint8_t, 40> bytes;
        resets += packet->CopyData(bytes.data(), 40) == 40 && bytes[33] == 0x14;
      }));
  Ptr<LvsRequestApplication> client = CreateObject<LvsRequestApplication>();
  client->SetAttribute("RemoteAddress", Ipv4AddressValue("10.0.0.2"));
  client->SetAttribute("MaxRequests", UintegerValue(2));
  client->SetAttribute("Timeout", TimeValue(MilliSeconds(500)));
  nodes.Get(0)->AddApplication(client);
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_EQ(resets, 2);
  EXPECT_EQ(client->GetFailed(), 2u);  // by its timeout: ns-3's TCP ignores a RST in SYN_SENT
}

TEST_F(StackTest, FlowMonitorSeesTheFlow) {
  FlowMonitorHelper helper;
  Ptr<FlowMonitor> monitor = helper.InstallAll();
  PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(nodes.Get(1));
  BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address("10.0.0.2"), 80));
  bulk.SetAttribute("MaxBytes", UintegerValue(100000));
  bulk.Install(nodes.Get(0));
  Simulator::Stop(Seconds(5));
  Simulator::Run();
  ASSERT_EQ(monitor->GetFlowStats().size(), 2u);
  for (const auto& [id, flow] : monitor->GetFlowStats()) {
    EXPECT_EQ(flow.lostPackets, 0u);
    EXPECT_EQ(flow.txPackets, flow.rxPackets);
    EXPECT_GT(flow.rxPackets, 0u);
  }
}

TEST_F(StackTest, TraceSourcesHaveTheParentsNames) {
  int tx = 0, rx = 0;
  const auto count = [](int& counter) {
    return Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
        [&counter](Ptr<const Packet>, Ptr<Ipv4>, uint32_t interface) { counter += interface == 1; });
  };
  Config::ConnectWithoutContext("/NodeList/" + std::to_string(nodes.Get(0)->GetId()) + "/$ns3::Ipv4L3Protocol/Tx",
                                count(tx));
  Config::ConnectWithoutContext("/NodeList/" + std::to_string(nodes.Get(0)->GetId()) + "/$ns3::Ipv4L3Protocol/Rx",
                                count(rx));
  UdpEchoServerHelper(9).Install(nodes.Get(1));
  UdpEchoClientHelper client(Ipv4Address("10.0.0.2"), 9);
  client.SetAttribute("MaxPackets", UintegerValue(1));
  client.Install(nodes.Get(0));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_EQ(tx, 1);
  EXPECT_EQ(rx, 1);
}

TEST_F(StackTest, DropsHaveNs3sReasonsToo) {
  std::vector<int> reasons;
  GetIpv4(1)->TraceConnectWithoutContext(
      "Drop", Callback<void, const Ipv4Header&, Ptr<const Packet>, Ipv4L3Protocol::DropReason, Ptr<Ipv4>, uint32_t>(
                  [&](const Ipv4Header& header, Ptr<const Packet> packet, Ipv4L3Protocol::DropReason reason, Ptr<Ipv4>,
                      uint32_t interface) {
                    reasons.push_back(reason);
                    EXPECT_EQ(header.GetDestination(), Ipv4Address("10.1.1.1"));
                    EXPECT_EQ(packet->GetSize(), 18u);
                    EXPECT_EQ(interface, 1u);
                  }));
  Host(0)->MustRun("ip route add 10.1.0.0/16 via 10.0.0.2");
  Host(1)->MustRun("sysctl -w net.ipv4.ip_forward=1");
  Ptr<Socket> socket = Socket::CreateSocket(nodes.Get(0), UdpSocketFactory::GetTypeId());
  socket->Connect(InetSocketAddress(Ipv4Address("10.1.1.1"), 4711));
  socket->Send(Create<Packet>(10));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_THAT(reasons, testing::ElementsAre(Ipv4L3Protocol::DROP_NO_ROUTE));
}

TEST_F(StackTest, HostTraceSourcesSpeak) {
  std::vector<std::string> drops, hooks;
  Host(1)->TraceConnectWithoutContext(
      "Drop", Callback<void, const std::string&, const std::string&, Ptr<const Packet>>(
                  [&](const std::string& reason, const std::string&, Ptr<const Packet>) { drops.push_back(reason); }));
  Host(1)->TraceConnectWithoutContext(
      "Hook", Callback<void, const std::string&>([&](const std::string& text) { hooks.push_back(text); }));
  Ptr<Socket> socket = Socket::CreateSocket(nodes.Get(0), UdpSocketFactory::GetTypeId());
  socket->Connect(InetSocketAddress(Ipv4Address("10.0.0.2"), 4711));
  socket->Send(Create<Packet>(10));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  EXPECT_THAT(drops, testing::ElementsAre("no_socket"));
  EXPECT_THAT(hooks, testing::Contains(HasSubstr("10.0.0.1:49153 > 10.0.0.2:4711 udp 38")));
}

TEST_F(StackTest, Ipv4CapturesHaveValidChecksums) {
  const lvs::os::TemporaryFolder folder(testing::TempDir() + "lvs-stack-");
  const std::string file = folder.path() + "/ipv4.pcap";
  stack.EnablePcapIpv4(file, GetIpv4(0), 1, true);
  UdpEchoServerHelper(9).Install(nodes.Get(1));
  UdpEchoClientHelper client(Ipv4Address("10.0.0.2"), 9);
  client.SetAttribute("MaxPackets", UintegerValue(1));
  client.Install(nodes.Get(0));
  Simulator::Stop(Seconds(1));
  Simulator::Run();
  Simulator::Destroy();
  if (const std::string dump = TcpDump(file); !dump.empty()) {
    EXPECT_THAT(dump, HasSubstr("10.0.0.1.49153 > 10.0.0.2.9: [udp sum ok] UDP, length 100"));
    EXPECT_THAT(dump, HasSubstr("10.0.0.2.9 > 10.0.0.1.49153: [udp sum ok] UDP, length 100"));
  }
}

// --- other devices ---------------------------------------------------------------------------------------------------

TEST(StackOnCsma, DevicesOfNs3CarryItToo) {
  NodeContainer nodes(2);
  NetDeviceContainer devices = CsmaHelper().Install(nodes);
  LvsStackHelper().Install(nodes);
  Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
  UdpEchoServerHelper(9).Install(nodes.Get(1));
  UdpEchoClientHelper client(Ipv4Address("10.0.0.2"), 9);
  client.SetAttribute("MaxPackets", UintegerValue(2));
  ApplicationContainer apps = client.Install(nodes.Get(0));
  int replies = 0;
  apps.Get(0)->TraceConnectWithoutContext("Rx",
                                          Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++replies; }));
  Simulator::Stop(Seconds(5));
  Simulator::Run();
  EXPECT_EQ(replies, 2);
  EXPECT_EQ(nodes.Get(1)->GetObject<LvsHost>()->GetDrops(), 0u);
  Simulator::Destroy();
}

TEST(StackOnQueueDiscs, FramesPassThem) {
  for (const bool csma : {true, false}) {
    NodeContainer nodes(2);
    LvsEthHelper eth;
    eth.SetDeviceAttribute("FlowControl", BooleanValue(true));
    NetDeviceContainer devices = csma ? CsmaHelper().Install(nodes) : eth.Install(nodes);
    LvsStackHelper().Install(nodes);
    Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);  // installs FqCoDel
    UdpEchoServerHelper(9).Install(nodes.Get(1));
    UdpEchoClientHelper client(Ipv4Address("10.0.0.2"), 9);
    client.SetAttribute("MaxPackets", UintegerValue(3));
    ApplicationContainer apps = client.Install(nodes.Get(0));
    int replies = 0;
    apps.Get(0)->TraceConnectWithoutContext("Rx",
                                            Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { ++replies; }));
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_EQ(replies, 3) << csma;
    const auto traffic = nodes.Get(0)->GetObject<TrafficControlLayer>();
    ASSERT_NE(traffic->GetRootQueueDiscOnDevice(devices.Get(0)), nullptr) << csma;
    EXPECT_EQ(traffic->GetRootQueueDiscOnDevice(devices.Get(0))->GetStats().nTotalSentPackets, 4u) << csma;  // and ARP
    Simulator::Destroy();
  }
}

}  // namespace
}  // namespace ns3
