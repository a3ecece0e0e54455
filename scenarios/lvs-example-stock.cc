// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-example-stock: hosts with ns-3's own stack as clients of a virtual server
// Hosts of ns-3 as they are (InternetStackHelper, CSMA, point-to-point) beside Linux machines: ns-3's clients speak
// over ns-3's router to a virtual server.
//
//   client 10.1.0.2 ~~~ 10.1.0.1 router 10.0.0.1 --- CSMA --- 10.0.0.254 director (VIP 10.0.0.100)
//            (point-to-point)                          +----- 10.0.0.11, 10.0.0.12 real servers (DR)
#include <iostream>

#include "ns3/boolean.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/command-line.h"
#include "ns3/csma-helper.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace {

// 0: what is asked for is told to be wrong.
uint32_t ConnectionsAskedFor(int argc, char** argv) {
  uint32_t connections = 6;
  CommandLine options(__FILE__);
  options.AddValue("connections", "uploads of 100 kB each", connections);
  options.Parse(argc, argv);
  if (connections >= 1 && connections <= 100) return connections;
  std::cerr << "lvs-example-stock: --connections is 1 to 100\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const uint32_t connections = ConnectionsAskedFor(argc, argv);
  if (connections == 0) return 2;
  // ns-3's hosts leave checksums out otherwise, and Linux drops such packets.
  GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));

  NodeContainer client(1), router(1), director(1), servers(2);
  PointToPointHelper line;
  line.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
  const NetDeviceContainer far = line.Install(client.Get(0), router.Get(0));
  CsmaHelper csma;
  csma.SetChannelAttribute("DataRate", StringValue("100Mbps"));
  const NetDeviceContainer lan = csma.Install(NodeContainer(router, director, servers));

  InternetStackHelper().Install(NodeContainer(client, router));
  LvsStackHelper().Install(NodeContainer(director, servers));
  Ipv4AddressHelper("10.1.0.0", "255.255.255.0", "0.0.0.2").Assign(far.Get(0));
  Ipv4AddressHelper("10.1.0.0", "255.255.255.0", "0.0.0.1").Assign(far.Get(1));
  Ipv4AddressHelper("10.0.0.0", "255.255.255.0", "0.0.0.1").Assign(lan.Get(0));
  Ipv4StaticRoutingHelper routes;  // of ns-3's hosts; a machine's are set with `ip route`
  routes.GetStaticRouting(client.Get(0)->GetObject<Ipv4>())->SetDefaultRoute("10.1.0.1", 1);

  Ptr<LvsHost> machine = director.Get(0)->GetObject<LvsHost>();
  machine->MustRun(
      "ip addr add 10.0.0.254/24 dev eth0\n"
      "ip addr add 10.0.0.100/32 dev eth0\n"
      "ip route add default via 10.0.0.1\n"
      "ipvsadm -A -t 10.0.0.100:80 -s rr\n"
      "ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.11 -g\n"
      "ipvsadm -a -t 10.0.0.100:80 -r 10.0.0.12 -g\n");
  for (uint32_t i = 0; i < servers.GetN(); ++i) {
    servers.Get(i)->GetObject<LvsHost>()->MustRun("ip addr add 10.0.0.1" + std::to_string(i + 1) +
                                                  "/24 dev eth0\n"
                                                  "ip route add default via 10.0.0.1\n"
                                                  "sysctl -w net.ipv4.conf.all.arp_ignore=1\n"
                                                  "sysctl -w net.ipv4.conf.all.arp_announce=2\n"
                                                  "ip addr add 10.0.0.100/32 dev lo\n");
  }

  const ApplicationContainer sinks =
      PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(servers);
  for (uint32_t i = 0; i < connections; ++i) {
    BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address("10.0.0.100"), 80));
    bulk.SetAttribute("MaxBytes", UintegerValue(100000));
    bulk.Install(client).Start(MilliSeconds(10 * i));
  }
  Simulator::Stop(Seconds(20));
  Simulator::Run();
  for (uint32_t i = 0; i < servers.GetN(); ++i) {
    std::cout << "server " << i + 1 << " received " << DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx()
              << " bytes\n";
  }
  std::cout << machine->Run("ipvsadm -Ln --stats").out;
  Simulator::Destroy();
  return 0;
}
