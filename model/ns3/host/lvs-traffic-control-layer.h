// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "ns3/traffic-control-layer.h"

namespace ns3 {

/**
 * The traffic control layer of a node with an LvsHost. IPv4 and ARP go to the host by its own ports and end here, so
 * that ns-3's handlers, which Ipv4L3Protocol::AddInterface registers, do not get them a second time. The rest is
 * ns-3's.
 */
class LvsTrafficControlLayer : public TrafficControlLayer {
 public:
  static TypeId GetTypeId();
  void Receive(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol, const Address& from,
               const Address& to, NetDevice::PacketType packetType) override;
};

}  // namespace ns3
