// SPDX-License-Identifier: GPL-2.0-or-later
// What an LvsEthNetDevice is to ns-3: type, attributes, link, the NetDevice interface. Frames: lvs-eth-transmit.cc and
// lvs-eth-receive.cc.
#include "ns3/lvs-eth-net-device.h"

#include <cstring>

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/log.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-packet.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"
#include "wire/ethernet.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsEthNetDevice");
NS_OBJECT_ENSURE_REGISTERED(LvsEthNetDevice);

TypeId LvsEthNetDevice::GetTypeId() {
  static const char* const frameTrace = "ns3::Packet::TracedCallback";
  static TypeId tid =
      TypeId("ns3::LvsEthNetDevice")
          .SetParent<NetDevice>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsEthNetDevice>()
          .AddAttribute("Mtu", "Largest IP packet, bytes.", UintegerValue(1500),
                        MakeUintegerAccessor(&LvsEthNetDevice::SetMtu, &LvsEthNetDevice::GetMtu),
                        MakeUintegerChecker<uint16_t>(68))
          .AddAttribute("Address", "MAC address.", Mac48AddressValue(Mac48Address()),
                        MakeMac48AddressAccessor(&LvsEthNetDevice::m_address), MakeMac48AddressChecker())
          .AddAttribute(
              "DataRate", "Bits a second on the line, each way; above zero.", DataRateValue(DataRate("1Gbps")),
              MakeDataRateAccessor(&LvsEthNetDevice::SetDataRate, &LvsEthNetDevice::GetDataRate), MakeDataRateChecker())
          .AddAttribute("TxQueueLimit", "Frames that may wait behind the one on the line.", UintegerValue(100),
                        MakeUintegerAccessor(&LvsEthNetDevice::m_txQueueLimit), MakeUintegerChecker<uint32_t>())
          .AddAttribute("Promiscuous",
                        "Whether a frame receiver also gets unicast frames for other stations, as from Linux's veth, "
                        "which filters nothing; ns-3's stack gets them by its promiscuous callback in any case.",
                        BooleanValue(true), MakeBooleanAccessor(&LvsEthNetDevice::m_promiscuous), MakeBooleanChecker())
          .AddAttribute("FlowControl",
                        "Whether the device stops ns-3's traffic control layer when its queue is full. Without it, "
                        "ns-3 installs no queue disc on the device and a full queue drops. Set before the device "
                        "joins its node.",
                        BooleanValue(false), MakeBooleanAccessor(&LvsEthNetDevice::m_flowControl), MakeBooleanChecker())
          .AddAttribute("ReceiveErrorModel", "Which frames the receiver loses; none: none.", PointerValue(),
                        MakePointerAccessor(&LvsEthNetDevice::m_receiveErrorModel), MakePointerChecker<ErrorModel>())
          .AddTraceSource("MacTx", "A frame has come to be sent.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_macTxTrace), frameTrace)
          .AddTraceSource("MacTxDrop", "A frame was not sent: no link, queue full, larger than the MTU.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_macTxDropTrace), frameTrace)
          .AddTraceSource("MacPromiscRx", "A frame has been received, for whomever.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_macPromiscRxTrace), frameTrace)
          .AddTraceSource("MacRx", "A frame for this station (or broadcast, or multicast) has been received.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_macRxTrace), frameTrace)
          .AddTraceSource("MacRxDrop", "A frame was received and is shorter than an Ethernet header.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_macRxDropTrace), frameTrace)
          .AddTraceSource("PhyTxBegin", "The first bit of a frame leaves.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_phyTxBeginTrace), frameTrace)
          .AddTraceSource("PhyTxEnd", "The last bit of a frame has left.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_phyTxEndTrace), frameTrace)
          .AddTraceSource("PhyTxDrop", "The link went down under a frame.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_phyTxDropTrace), frameTrace)
          .AddTraceSource("PhyRxEnd", "The last bit of a frame has come in.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_phyRxEndTrace), frameTrace)
          .AddTraceSource("PhyRxDrop", "The error model took a frame.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_phyRxDropTrace), frameTrace)
          .AddTraceSource("Sniffer", "Frames as tcpdump -p sees them: sent, or received for this station.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_snifferTrace), frameTrace)
          .AddTraceSource("PromiscSniffer", "Frames as tcpdump sees them: sent, or received.",
                          MakeTraceSourceAccessor(&LvsEthNetDevice::m_promiscSnifferTrace), frameTrace);
  return tid;
}

LvsEthNetDevice::LvsEthNetDevice() : m_nodeId(Simulator::NO_CONTEXT) {}
LvsEthNetDevice::~LvsEthNetDevice() = default;

void LvsEthNetDevice::DoDispose() {
  NS_LOG_FUNCTION(this);
  m_receiver = nullptr;
  m_observer = nullptr;
  m_cable = nullptr;
  m_linkUp = false;
  m_node = nullptr;
  m_receiveErrorModel = nullptr;
  m_queueInterface = nullptr;
  m_rxCallback = ReceiveCallback();
  m_promiscRxCallback = PromiscReceiveCallback();
  NetDevice::DoDispose();
}

void LvsEthNetDevice::NotifyNewAggregate() {
  if (m_queueInterface == nullptr) m_queueInterface = GetObject<NetDeviceQueueInterface>();
  NetDevice::NotifyNewAggregate();
}

Ptr<Node> LvsEthNetDevice::GetNode() const { return m_node; }

void LvsEthNetDevice::SetNode(Ptr<Node> node) {
  m_node = node;
  m_nodeId = node->GetId();
  if (m_flowControl && m_queueInterface == nullptr) AggregateObject(CreateObject<NetDeviceQueueInterface>());
}

// --- link ---

void LvsEthNetDevice::Attach(Ptr<LvsEthCable> cable) {
  NS_LOG_FUNCTION(this << cable);
  NS_ABORT_MSG_IF(m_cable != nullptr, "LvsEthNetDevice: a cable is plugged in already");
  m_cable = cable;
  m_cable->Attach(this);
  UpdateLink();
  if (LvsEthNetDevice* peer = m_cable->GetPeer(*this)) peer->UpdateLink();
}

Ptr<LvsEthNetDevice> LvsEthNetDevice::GetPeer() const {
  return m_cable == nullptr ? nullptr : Ptr<LvsEthNetDevice>(m_cable->GetPeer(*this));
}

void LvsEthNetDevice::SetEnabled(bool enabled) {
  NS_LOG_FUNCTION(this << enabled);
  NS_ABORT_MSG_IF(!enabled && m_cable != nullptr && m_cable->IsRemote(),
                  "an interface at a cable to another process is always up: its far end would not see the change");
  m_enabled = enabled;
  UpdateLink();
  if (Ptr<LvsEthNetDevice> peer = GetPeer()) peer->UpdateLink();
}

bool LvsEthNetDevice::HasCarrier() const {
  if (m_cable == nullptr || !m_cable->IsUp()) return false;
  const LvsEthNetDevice* peer = m_cable->GetPeer(*this);
  return peer != nullptr && peer->m_enabled;
}

void LvsEthNetDevice::UpdateLink() {
  const bool up = m_enabled && HasCarrier();
  if (up == m_linkUp) return;
  NS_LOG_INFO("link " << (up ? "up" : "down"));
  m_linkUp = up;
  if (!up) {
    ++m_linkPeriod;
    m_waiting.clear();
    m_busyUntil = 0;
    m_busyRest = 0;
  }
  m_linkChange();
}

void LvsEthNetDevice::AddLinkChangeCallback(Callback<void> callback) { m_linkChange.ConnectWithoutContext(callback); }

bool LvsEthNetDevice::IsPointToPoint() const { return m_cable != nullptr && m_cable->IsRemote(); }
Ptr<Channel> LvsEthNetDevice::GetChannel() const { return m_cable; }

bool LvsEthNetDevice::SetMtu(const uint16_t mtu) {
  m_mtu = mtu;
  // A VLAN tag does not count (kernel: is_skb_forwardable).
  m_maxFrame = mtu + static_cast<uint32_t>(lvs::wire::Ethernet::kSize) + 4;
  return true;
}

void LvsEthNetDevice::SetDataRate(DataRate rate) {
  NS_ABORT_MSG_IF(rate.GetBitRate() == 0, "LvsEthNetDevice: DataRate of zero");
  m_rate = rate;
  m_bitTicks = 0;
  m_busyRest = 0;
}

// --- frames of ns-3's stack ---

bool LvsEthNetDevice::Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) {
  return SendFrom(packet, m_address, dest, protocolNumber);
}

bool LvsEthNetDevice::SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest,
                               uint16_t protocolNumber) {
  NS_LOG_FUNCTION(this << packet << source << dest << protocolNumber);
  lvs::base::MacAddr from;
  lvs::base::MacAddr to;
  Mac48Address::ConvertFrom(source).CopyTo(from.bytes.data());
  Mac48Address::ConvertFrom(dest).CopyTo(to.bytes.data());
  const bool fits = packet->GetSize() <= m_mtu;
  lvs::host::PacketPtr frame = LvsPacket::FromSend(packet, from, to, protocolNumber);
  if (!fits) return DropOnSend(*frame, lvs::trace::Drop::pkt_too_big);
  return SendFrame(std::move(frame));
}

NetDevice::PacketType LvsEthNetDevice::Classify(const uint8_t* destination) const {
  uint8_t mine[6];
  m_address.CopyTo(mine);
  if (std::memcmp(destination, mine, sizeof mine) == 0) return PACKET_HOST;
  if ((destination[0] & 1) == 0) return PACKET_OTHERHOST;
  return lvs::wire::Ethernet::load_mac(destination).is_broadcast() ? PACKET_BROADCAST : PACKET_MULTICAST;
}

}  // namespace ns3
