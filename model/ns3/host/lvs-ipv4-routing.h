// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "host/packet/route.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-static-routing.h"

namespace ns3 {

class LvsHost;

/**
 * Answers ns-3's sockets from the routing tables of the node's LvsHost: which source address, which interface, whether
 * there is a route at all. Routes are set with `ip route` and `ip rule`. Received packets never come here; the host
 * routes them itself. The table that it inherits from Ipv4StaticRouting is not used.
 */
class LvsIpv4Routing : public Ipv4StaticRouting {
 public:
  static TypeId GetTypeId();

  Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet, const Ipv4Header& header, Ptr<NetDevice> oif,
                             Socket::SocketErrno& error) override;
  void NotifyInterfaceUp(uint32_t) override {}
  void NotifyInterfaceDown(uint32_t) override {}
  void NotifyAddAddress(uint32_t, Ipv4InterfaceAddress) override {}
  void NotifyRemoveAddress(uint32_t, Ipv4InterfaceAddress) override {}
  void SetIpv4(Ptr<Ipv4> ipv4) override;
  /** Prints what `ip route` prints. */
  void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit = Time::S) const override;

  /** \returns the host's route behind \p route if that is the one given last and still holds; else an invalid one. */
  ::lvs::host::Route TakeLast(Ptr<Ipv4Route> route);
  /** \returns bytes that the path of \p route takes, if that is the one given last; else 0. */
  uint32_t PathMtu(Ptr<Ipv4Route> route) const;

 protected:
  void DoDispose() override;

 private:
  Ptr<LvsHost> m_host;
  Ptr<NetDevice> m_loopback;
  Ptr<Ipv4Route> m_last;
  ::lvs::host::Route m_lastRoute;
  uint32_t m_lastGeneration = 0;
};

}  // namespace ns3
