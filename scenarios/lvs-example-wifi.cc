// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-example-wifi: stations of a Wi-Fi network as clients of a virtual server
// Stations and their access point are Linux machines on ns-3's Wi-Fi; the access point routes to a cable, where a DR
// director and its real servers are.
//
//   10.1.0.11, .12, .13 stations  ) ) )  10.1.0.1 access point 10.0.0.1 --- switch --- 10.0.0.254 director
//   (VIP 10.0.0.100)
//                                                                             +-------- 10.0.0.11, 10.0.0.12 real
//                                                                             servers
#include <iostream>
#include <string>

#include "ns3/bulk-send-helper.h"
#include "ns3/command-line.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/mobility-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/ssid.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/yans-wifi-helper.h"

using namespace ns3;

namespace {

// An infrastructure network, all within a few metres. Interfaces of the machines are the devices in their order: eth0.
void ConnectByWifi(const NodeContainer& stations, Ptr<Node> accessPoint) {
  MobilityHelper places;  // in a row
  places.SetPositionAllocator("ns3::GridPositionAllocator", "DeltaX", DoubleValue(5), "GridWidth", UintegerValue(8));
  places.Install(NodeContainer(stations, accessPoint));
  YansWifiPhyHelper phy;
  phy.SetChannel(YansWifiChannelHelper::Default().Create());
  WifiHelper wifi;
  wifi.SetStandard(WIFI_STANDARD_80211n);
  WifiMacHelper mac;
  mac.SetType("ns3::StaWifiMac", "Ssid", SsidValue(Ssid("lvs")));
  wifi.Install(phy, mac, stations);
  mac.SetType("ns3::ApWifiMac", "Ssid", SsidValue(Ssid("lvs")));
  wifi.Install(phy, mac, accessPoint);
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t count = 3;
  CommandLine options(__FILE__);
  options.AddValue("stations", "stations, an upload of 200 kB each", count);
  options.Parse(argc, argv);
  if (count < 1 || count > 30) {
    std::cerr << "lvs-example-wifi: --stations is 1 to 30\n";
    return 2;
  }

  NodeContainer stations(count), accessPoint(1), director(1), servers(2);
  ConnectByWifi(stations, accessPoint.Get(0));
  LvsEthHelper().Install(CreateObject<Node>(), NodeContainer(accessPoint, director, servers));
  LvsStackHelper().Install(NodeContainer(stations, accessPoint, director, servers));

  const auto run = [](Ptr<Node> node, const std::string& lines) { node->GetObject<LvsHost>()->MustRun(lines); };
  for (uint32_t i = 0; i < count; ++i) {
    run(stations.Get(i), "ip addr add 10.1.0." + std::to_string(11 + i) +
                             "/24 dev eth0\n"
                             "ip route add default via 10.1.0.1\n");
  }
  run(accessPoint.Get(0),
      "ip addr add 10.1.0.1/24 dev eth0\n"
      "ip addr add 10.0.0.1/24 dev eth1\n"
      "sysctl -w net.ipv4.ip_forward=1\n");
  run(director.Get(0),
      "ip addr add 10.0.0.254/24 dev eth0\n"
      "ip addr add 10.0.0.100/32 dev eth0\n"
      "ip route add default via 10.0.0.1\n"
      "ipvsadm -A -t 10.0.0.100:80 -s rr\n"
      "ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.11 -g\n"
      "ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.12 -g\n");
  for (uint32_t i = 0; i < servers.GetN(); ++i) {
    run(servers.Get(i), "ip addr add 10.0.0.1" + std::to_string(i + 1) +
                            "/24 dev eth0\n"
                            "ip route add default via 10.0.0.1\n"
                            "sysctl -w net.ipv4.conf.all.arp_ignore=1\n"
                            "sysctl -w net.ipv4.conf.all.arp_announce=2\n"
                            "ip addr add 10.0.0.100/32 dev lo\n");
  }

  const ApplicationContainer sinks =
      PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(servers);
  BulkSendHelper upload("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address("10.0.0.100"), 80));
  upload.SetAttribute("MaxBytes", UintegerValue(200000));
  upload.Install(stations).Start(Seconds(1));  // by then they have found their access point
  Simulator::Stop(Seconds(20));
  Simulator::Run();
  for (uint32_t i = 0; i < servers.GetN(); ++i) {
    std::cout << "server " << i + 1 << " received " << DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx()
              << " bytes\n";
  }
  std::cout << director.Get(0)->GetObject<LvsHost>()->Run("ipvsadm -Ln --stats").out;
  Simulator::Destroy();
  return 0;
}
