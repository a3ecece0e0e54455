// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-example-http: ns-3's web browsers on a cluster behind a DR director, with FlowMonitor
// Browsers of ns-3 (3GPP's model of HTTP) behind a DR director: the cluster of LvsClusterHelper, ns-3's sockets on its
// clients and servers, and FlowMonitor on all of it.
//
//   clients --- switch --- router --- switch --- director
//                                       |
//                                       +------- servers
#include <iostream>

#include "ns3/command-line.h"
#include "ns3/flow-monitor-helper.h"
#include "ns3/ipv4-flow-classifier.h"
#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-stack-helper.h"
#include "ns3/simulator.h"
#include "ns3/three-gpp-http-client.h"
#include "ns3/three-gpp-http-helper.h"

using namespace ns3;

int main(int argc, char** argv) {
  std::string scheduler = "wlc";
  uint32_t clients = 4, servers = 3;
  Time duration = Seconds(60);
  CommandLine options(__FILE__);
  options.AddValue("scheduler", "scheduler of the virtual server (ipvsadm -s)", scheduler);
  options.AddValue("clients", "browsers, a machine each", clients);
  options.AddValue("servers", "real servers", servers);
  options.AddValue("duration", "simulated time", duration);
  options.Parse(argc, argv);
  if (clients < 1 || clients > 1000 || servers < 1 || servers > 1000 || duration <= Seconds(1)) {
    std::cerr << "lvs-example-http: --clients and --servers are 1 to 1000, --duration is more than 1s\n";
    return 2;
  }

  LvsClusterConfig config;
  config.method = LvsMethod::DR;
  config.scheduler = scheduler;
  config.clients = clients;
  config.servers = servers;
  LvsCluster cluster = LvsClusterHelper(config).Build();

  // ns-3's TCP on the machines at both ends; director and router need none.
  LvsStackHelper stack;
  for (const Ptr<LvsHost>& host : cluster.clients) stack.Install(host->GetObject<Node>());
  for (const Ptr<LvsHost>& host : cluster.servers) stack.Install(host->GetObject<Node>());
  uint64_t pages = 0;
  for (const Ptr<LvsHost>& host : cluster.servers) {
    // The VIP is an address of each server (on lo): it answers there.
    ThreeGppHttpServerHelper(config.vip).Install(host->GetObject<Node>()).Start(Seconds(0));
  }
  for (const Ptr<LvsHost>& host : cluster.clients) {
    ApplicationContainer browser = ThreeGppHttpClientHelper(config.vip).Install(host->GetObject<Node>());
    browser.Get(0)->TraceConnectWithoutContext("RxMainObject",
                                               Callback<void, Ptr<const ThreeGppHttpClient>, Ptr<const Packet>>(
                                                   [&](Ptr<const ThreeGppHttpClient>, Ptr<const Packet>) { ++pages; }));
    browser.Start(Seconds(1));
  }
  NodeContainer ends;
  for (const Ptr<LvsHost>& host : cluster.clients) ends.Add(host->GetObject<Node>());
  for (const Ptr<LvsHost>& host : cluster.servers) ends.Add(host->GetObject<Node>());
  FlowMonitorHelper flows;
  const Ptr<FlowMonitor> monitor = flows.Install(ends);

  Simulator::Stop(duration);
  Simulator::Run();
  monitor->CheckForLostPackets(Seconds(1));
  uint64_t sent = 0, lost = 0, bytes = 0;
  for (const auto& [id, flow] : monitor->GetFlowStats()) {
    sent += flow.txPackets;
    lost += flow.lostPackets;
    bytes += flow.rxBytes;
  }
  std::cout << pages << " pages; " << monitor->GetFlowStats().size() << " flows, " << sent << " packets, " << lost
            << " lost, " << bytes << " bytes received\n"
            << cluster.director->Run("ipvsadm -Ln").out;
  Simulator::Destroy();
  return 0;
}
