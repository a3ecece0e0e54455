// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "ns3/internet-stack-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

namespace ns3 {

/**
 * Makes Linux machines of nodes and puts ns-3's UDP, TCP and raw sockets on top: what InternetStackHelper does, with a
 * Linux underneath. Ipv4AddressHelper, applications, FlowMonitor and EnablePcapIpv4 work as usual; routes are set with
 * `ip route`.
 *
 * \code
 *   LvsStackHelper stack;
 *   stack.Install(nodes);
 *   Ipv4AddressHelper("10.0.0.0", "255.255.255.0").Assign(devices);
 *   nodes.Get(0)->GetObject<LvsHost>()->MustRun("ip route add default via 10.0.0.1");
 * \endcode
 */
class LvsStackHelper : public PcapHelperForIpv4 {
 public:
  LvsStackHelper();

  /** Attributes of the LvsHosts that are made from now on. */
  void SetHostAttribute(const std::string& name, const AttributeValue& value);
  /** Another implementation of TCP. */
  void SetTcp(const std::string& typeId);
  /** Without TCP and UDP of ns-3's: a router, a director. */
  void SetTransport(bool install) { m_transport = install; }

  void Install(Ptr<Node> node) const;
  void Install(const NodeContainer& nodes) const;

  /** Fixes the random numbers of the machines. \returns how many streams were used */
  int64_t AssignStreams(const NodeContainer& nodes, int64_t stream) const;

 private:
  void EnablePcapIpv4Internal(std::string prefix, Ptr<Ipv4> ipv4, uint32_t interface, bool explicitFilename) override;

  LvsHostHelper m_hosts;
  ObjectFactory m_tcp;
  bool m_transport = true;
};

}  // namespace ns3
