// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-stack-helper.h"

#include "ns3/abort.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/lvs-ipv4-l3-protocol.h"
#include "ns3/lvs-ipv4-routing.h"
#include "ns3/lvs-traffic-control-layer.h"
#include "ns3/node.h"
#include "ns3/packet-socket-factory.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/udp-l4-protocol.h"

namespace ns3 {

LvsStackHelper::LvsStackHelper() { m_tcp.SetTypeId(TcpL4Protocol::GetTypeId()); }

void LvsStackHelper::SetHostAttribute(const std::string& name, const AttributeValue& value) {
  m_hosts.SetAttribute(name, value);
}

void LvsStackHelper::SetTcp(const std::string& typeId) { m_tcp.SetTypeId(typeId); }

void LvsStackHelper::Install(Ptr<Node> node) const {
  NS_ABORT_MSG_IF(node->GetObject<Ipv4>() != nullptr, "LvsStackHelper: the node has an Ipv4 already");
  m_hosts.Install(node);
  // ns-3's ARP only owns the caches that Ipv4Interface insists on; no packet comes to it.
  Ptr<ArpL3Protocol> arp = CreateObject<ArpL3Protocol>();
  Ptr<LvsTrafficControlLayer> traffic = CreateObject<LvsTrafficControlLayer>();
  node->AggregateObject(traffic);
  node->AggregateObject(arp);
  arp->SetTrafficControl(traffic);
  Ptr<LvsIpv4L3Protocol> ipv4 = CreateObject<LvsIpv4L3Protocol>();
  node->AggregateObject(ipv4);
  // Idle too: the host answers ICMP itself. It brings the factory of raw sockets.
  node->AggregateObject(CreateObject<Icmpv4L4Protocol>());
  ipv4->SetRoutingProtocol(CreateObject<LvsIpv4Routing>());
  if (m_transport) {
    node->AggregateObject(CreateObject<UdpL4Protocol>());
    node->AggregateObject(m_tcp.Create<Object>());
  }
  node->AggregateObject(CreateObject<PacketSocketFactory>());
}

void LvsStackHelper::Install(const NodeContainer& nodes) const {
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) Install(*node);
}

int64_t LvsStackHelper::AssignStreams(const NodeContainer& nodes, int64_t stream) const {
  return LvsHostHelper::AssignStreams(nodes, stream);
}

void LvsStackHelper::EnablePcapIpv4Internal(std::string prefix, Ptr<Ipv4> ipv4, uint32_t interface,
                                            bool explicitFilename) {
  // The same trace sources under the same names: ns-3's own helper does it.
  InternetStackHelper().EnablePcapIpv4(prefix, ipv4, interface, explicitFilename);
}

}  // namespace ns3
