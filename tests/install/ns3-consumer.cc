// SPDX-License-Identifier: GPL-2.0-or-later
#include <iostream>

#include "ns3/lvs-host.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

int main() {
  ns3::Ptr<ns3::Node> node = ns3::CreateObject<ns3::Node>();
  ns3::Ptr<ns3::LvsHost> host = ns3::CreateObject<ns3::LvsHost>();
  node->AggregateObject(host);
  const ns3::LvsCommandResult result = host->Run("ip addr show dev lo");
  std::cout << result.out << result.err;
  ns3::Simulator::Destroy();
  return result.status;
}
