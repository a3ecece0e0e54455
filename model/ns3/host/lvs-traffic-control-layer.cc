// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-traffic-control-layer.h"

#include "wire/ethernet.h"

namespace ns3 {

NS_OBJECT_ENSURE_REGISTERED(LvsTrafficControlLayer);

TypeId LvsTrafficControlLayer::GetTypeId() {
  static TypeId tid = TypeId("ns3::LvsTrafficControlLayer")
                          .SetParent<TrafficControlLayer>()
                          .SetGroupName("Lvs")
                          .AddConstructor<LvsTrafficControlLayer>();
  return tid;
}

void LvsTrafficControlLayer::Receive(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol,
                                     const Address& from, const Address& to, NetDevice::PacketType packetType) {
  using ::lvs::wire::EtherType;
  if (protocol == static_cast<uint16_t>(EtherType::ipv4) || protocol == static_cast<uint16_t>(EtherType::arp)) return;
  TrafficControlLayer::Receive(device, packet, protocol, from, to, packetType);
}

}  // namespace ns3
