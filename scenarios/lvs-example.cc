// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-example: a virtual server in ns-3, as short as it gets
// A virtual server in ns-3, as short as it gets: one client, one director, two real servers; NAT.
//
//   10.0.0.1          10.0.0.254 (VIP)  192.168.0.254        192.168.0.1, 192.168.0.2
//   client ---------- director -------- switch ------------- servers
//
// ns-3's own TCP applications run on modelled Linux machines, which are set up with the commands of the real ones.
#include <iostream>
#include <memory>

#include "ns3/bulk-send-helper.h"
#include "ns3/command-line.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/lvs-trace-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

using namespace ns3;

int main(int argc, char** argv) {
  std::string scheduler = "rr", pcap, trace;
  CommandLine options(__FILE__);
  options.AddValue("scheduler", "scheduler of the virtual server (ipvsadm -s)", scheduler);
  options.AddValue("pcap", "prefix for captures of the director's interfaces", pcap);
  options.AddValue("trace", "file for the walk of every packet (lvs-trace, lvs-visualizer, Wireshark)", trace);
  options.Parse(argc, argv);

  NodeContainer client(1), director(1), servers(2), bridge(1);
  LvsEthHelper eth;
  eth.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
  NetDeviceContainer outside = eth.Install(client.Get(0), director.Get(0));
  NetDeviceContainer inside = eth.Install(bridge.Get(0), NodeContainer(director, servers));

  LvsStackHelper stack;
  stack.Install(NodeContainer(client, director, servers));
  Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(outside.Get(0));
  Ipv4AddressHelper("192.168.0.0", "255.255.255.0").Assign(NetDeviceContainer(inside.Get(1), inside.Get(2)));
  Ptr<LvsHost> machine = director.Get(0)->GetObject<LvsHost>();
  machine->MustRun(
      "ip addr add 10.0.0.254/24 dev eth0\n"
      "ip addr add 192.168.0.254/24 dev eth1\n"
      "sysctl -w net.ipv4.ip_forward=1\n"
      "ipvsadm -A -t 10.0.0.254:80 -s " +
      scheduler +
      "\n"
      "ipvsadm -a -t 10.0.0.254:80 -r 192.168.0.1 -m\n"
      "ipvsadm -a -t 10.0.0.254:80 -r 192.168.0.2 -m\n");
  LvsHostHelper::Run(servers, "ip route add default via 192.168.0.254");

  ApplicationContainer sinks =
      PacketSinkHelper("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(servers);
  for (int i = 0; i < 4; ++i) {
    BulkSendHelper bulk("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address("10.0.0.254"), 80));
    bulk.SetAttribute("MaxBytes", UintegerValue(1000000));
    bulk.Install(client).Start(MilliSeconds(10 * i));
  }
  if (!pcap.empty()) eth.EnablePcap(pcap, director, true);

  std::unique_ptr<LvsTraceHelper> walks;
  if (!trace.empty()) {
    walks = std::make_unique<LvsTraceHelper>("lvs-example", "NAT with two servers", trace);
    walks->Install(NodeContainer(client, director, servers));
  }

  Simulator::Stop(Seconds(10));
  Simulator::Run();
  for (uint32_t i = 0; i < servers.GetN(); ++i) {
    std::cout << "server " << i + 1 << " received " << DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx()
              << " bytes\n";
  }
  std::cout << machine->Run("ipvsadm -Ln --stats\nipvsadm -Lnc").out;
  const bool failed = walks != nullptr && !walks->Finish();
  if (failed) std::cerr << "lvs-example: cannot write all of " << trace << '\n';
  Simulator::Destroy();
  return failed ? 2 : 0;
}
