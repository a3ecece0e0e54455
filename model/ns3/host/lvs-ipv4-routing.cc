// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-ipv4-routing.h"

#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/lvs-host.h"
#include "ns3/output-stream-wrapper.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsIpv4Routing");
NS_OBJECT_ENSURE_REGISTERED(LvsIpv4Routing);

using ::lvs::host::RouteType;

TypeId LvsIpv4Routing::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsIpv4Routing").SetParent<Ipv4StaticRouting>().SetGroupName("Lvs").AddConstructor<LvsIpv4Routing>();
  return tid;
}

void LvsIpv4Routing::SetIpv4(Ptr<Ipv4> ipv4) {
  Ipv4StaticRouting::SetIpv4(ipv4);
  m_host = ipv4->GetObject<LvsHost>();
  m_loopback = ipv4->GetNetDevice(0);
}

void LvsIpv4Routing::DoDispose() {
  m_host = nullptr;
  m_loopback = nullptr;
  m_last = nullptr;
  Ipv4StaticRouting::DoDispose();
}

Ptr<Ipv4Route> LvsIpv4Routing::RouteOutput(Ptr<Packet>, const Ipv4Header& header, Ptr<NetDevice> oif,
                                           Socket::SocketErrno& error) {
  const LvsHost::Entry entry(*m_host);
  ::lvs::host::Host& host = m_host->GetHost();
  ::lvs::host::FlowKey key;
  key.dst = {header.GetDestination().Get()};
  // A header that was never given a source has one that looks like an address.
  if (header.GetSource().IsInitialized()) key.src = {header.GetSource().Get()};
  key.tos = header.GetTos();
  if (oif != nullptr && oif != m_loopback) key.out = m_host->GetInterface(oif);
  const ::lvs::host::Route found = host.fib.output(key);
  switch (found.type) {
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::broadcast:
    case RouteType::multicast: break;
    default: error = Socket::ERROR_NOROUTETOHOST; return nullptr;
  }
  Ptr<NetDevice> device = found.dev == nullptr ? nullptr : m_host->GetNetDevice(*found.dev);
  Ptr<Ipv4Route> route = Create<Ipv4Route>();
  route->SetDestination(header.GetDestination());
  route->SetSource(Ipv4Address(key.src.is_any() ? found.src.value : key.src.value));
  route->SetGateway(Ipv4Address(found.gateway.value));
  route->SetOutputDevice(device == nullptr ? m_loopback : device);  // lo and tunnels have no device of ns-3's
  m_last = route;
  m_lastRoute = found;
  m_lastGeneration = host.fib.generation();
  error = Socket::ERROR_NOTERROR;
  return route;
}

::lvs::host::Route LvsIpv4Routing::TakeLast(Ptr<Ipv4Route> route) {
  const bool holds = route != nullptr && route == m_last && m_lastGeneration == m_host->GetHost().fib.generation();
  m_last = nullptr;
  return holds ? m_lastRoute : ::lvs::host::Route{};
}

uint32_t LvsIpv4Routing::PathMtu(Ptr<Ipv4Route> route) const {
  return route != nullptr && route == m_last ? m_lastRoute.mtu : 0;
}

void LvsIpv4Routing::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit) const {
  *stream->GetStream() << m_host->Run("ip route").out;
}

}  // namespace ns3
