// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-switch.h"

#include <utility>

#include "engine/bridge.h"
#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-packet.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "wire/ethernet.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsSwitch");
NS_OBJECT_ENSURE_REGISTERED(LvsSwitch);

using lvs::engine::is_group;
using lvs::engine::LearningTable;
using lvs::engine::load_mac;
using lvs::host::PacketPtr;
using lvs::wire::Ethernet;

namespace {

constexpr uint64_t kBroadcast = 0xffffffffffff;

uint64_t ToNumber(Mac48Address address) {
  uint8_t bytes[6];
  address.CopyTo(bytes);
  return load_mac(bytes);
}

}  // namespace

TypeId LvsSwitch::GetTypeId() {
  static TypeId tid = [] {
    // BridgeNetDevice's attributes keep their names but act on this class: they are declared before it becomes the
    // parent, and a lookup begins at the child.
    TypeId t("ns3::LvsSwitch");
    t.SetParent<Object>()
        .SetGroupName("Lvs")
        .AddConstructor<LvsSwitch>()
        .AddAttribute("EnableLearning", "Whether addresses are learned; without it, all frames are flooded.",
                      BooleanValue(true), MakeBooleanAccessor(&LvsSwitch::m_learning), MakeBooleanChecker())
        .AddAttribute("ExpirationTime", "Time after which an address not seen is forgotten (bridge ageing_time).",
                      TimeValue(Seconds(300)), MakeTimeAccessor(&LvsSwitch::m_ageingTime), MakeTimeChecker(Time(0)));
    return t.SetParent<BridgeNetDevice>();
  }();
  return tid;
}

LvsSwitch::LvsSwitch() = default;
LvsSwitch::~LvsSwitch() = default;

void LvsSwitch::DoDispose() {
  m_ports.clear();
  m_rxUp = NetDevice::ReceiveCallback();
  m_promiscUp = NetDevice::PromiscReceiveCallback();
  BridgeNetDevice::DoDispose();
}

void LvsSwitch::AddBridgePort(Ptr<NetDevice> port) {
  Ptr<LvsEthNetDevice> device = DynamicCast<LvsEthNetDevice>(port);
  NS_ABORT_MSG_IF(device == nullptr, "LvsSwitch: a port is an LvsEthNetDevice");
  NS_ABORT_MSG_IF(device->GetChannel() == nullptr, "LvsSwitch: a port has a cable before it becomes one");
  NS_LOG_FUNCTION(this << port);
  BridgeNetDevice::AddBridgePort(port);  // for global routing; it also puts its own forwarding in, which we take out
  device->SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback());
  device->SetFrameReceiver(this, LvsEthNetDevice::Headers::ETHERNET);

  const auto index = static_cast<uint32_t>(m_ports.size());
  if (m_portOfDevice.size() <= device->GetIfIndex()) m_portOfDevice.resize(device->GetIfIndex() + 1, kNoPort);
  m_portOfDevice[device->GetIfIndex()] = index;
  m_ports.push_back(PeekPointer(device));
  m_table.add_local(ToNumber(Mac48Address::ConvertFrom(device->GetAddress())));
  device->AddLinkChangeCallback(LvsCallback(std::function<void()>([this, index] { PortLinkChanged(index); })));
}

void LvsSwitch::PortLinkChanged(uint32_t port) {
  if (port < m_ports.size() && !m_ports[port]->IsLinkUp()) m_table.flush(port);
}

lvs::base::Time LvsSwitch::Now() { return lvs::base::Time(Simulator::Now().GetNanoSeconds()); }

lvs::base::Time LvsSwitch::OldestValid() const { return Now() - lvs::base::Time(m_ageingTime.GetNanoSeconds()); }

Ptr<LvsEthNetDevice> LvsSwitch::Lookup(Mac48Address address) const {
  const uint32_t port = m_table.find(ToNumber(address), OldestValid());
  return port < m_ports.size() ? m_ports[port] : nullptr;
}

void LvsSwitch::Learn(Mac48Address address, Ptr<NetDevice> port) {
  const uint32_t device = port->GetIfIndex();
  const bool ours = port->GetNode() == GetNode() && device < m_portOfDevice.size() && m_portOfDevice[device] != kNoPort;
  NS_ABORT_MSG_IF(!ours, "LvsSwitch: what is learned was seen at one of its ports");
  m_table.learn(ToNumber(address), m_portOfDevice[device], Now(), OldestValid());
}

// Kernel: br_handle_frame and br_handle_frame_finish.
void LvsSwitch::ReceiveFrame(LvsEthNetDevice& device, PacketPtr frame) {
  const uint32_t from = m_portOfDevice[device.GetIfIndex()];
  const uint64_t destination = load_mac(frame->data());
  const uint64_t source = load_mac(frame->data() + 6);
  if (!lvs::engine::is_forwarded(destination, source)) return;
  if (m_learning) m_table.learn(source, from, Now(), OldestValid());
  Forward(from, destination, std::move(frame));
}

void LvsSwitch::Forward(uint32_t from, uint64_t destination, PacketPtr frame) {
  if (is_group(destination)) {
    PassUp(*frame, destination == kBroadcast ? PACKET_BROADCAST : PACKET_MULTICAST);
    return Flood(from, std::move(frame));
  }
  const uint32_t to = m_table.find(destination, OldestValid());
  if (to == LearningTable::kLocal) return PassUp(*frame, PACKET_HOST);
  if (to == kNoPort) return Flood(from, std::move(frame));
  // br_forward's should_deliver(); a frame for a port without link is lost, not flooded.
  if (to != from && m_ports[to]->IsLinkUp()) m_ports[to]->SendFrame(std::move(frame));
}

void LvsSwitch::Flood(uint32_t from, PacketPtr frame) {
  ++m_flooded;
  lvs::engine::flood(
      m_ports.size(), from, std::move(frame), [this](std::size_t port) { return m_ports[port]->IsLinkUp(); },
      [this](std::size_t port, PacketPtr copy) { m_ports[port]->SendFrame(std::move(copy)); });
}

// --- the switch's own IP stack, if its node has one ---

void LvsSwitch::PassUp(const lvs::host::Packet& frame, PacketType type) {
  if (m_rxUp.IsNull() && m_promiscUp.IsNull()) return;
  const Ptr<const Packet> packet = LvsPacket::ToNs3Shared(frame, Ethernet::kSize);
  Mac48Address destination;
  Mac48Address source;
  destination.CopyFrom(frame.data());
  source.CopyFrom(frame.data() + 6);
  const uint16_t protocol = lvs::base::load_be16(frame.data() + 12);
  if (!m_promiscUp.IsNull()) m_promiscUp(this, packet, protocol, source, destination, type);
  if (!m_rxUp.IsNull()) m_rxUp(this, packet, protocol, source);
}

void LvsSwitch::SetReceiveCallback(NetDevice::ReceiveCallback callback) {
  m_rxUp = callback;
  BridgeNetDevice::SetReceiveCallback(callback);
}

void LvsSwitch::SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback callback) {
  m_promiscUp = callback;
  BridgeNetDevice::SetPromiscReceiveCallback(callback);
}

bool LvsSwitch::Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) {
  return SendFrom(packet, GetAddress(), dest, protocolNumber);
}

bool LvsSwitch::SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest, uint16_t protocolNumber) {
  lvs::base::MacAddr from;
  lvs::base::MacAddr to;
  Mac48Address::ConvertFrom(source).CopyTo(from.bytes.data());
  Mac48Address::ConvertFrom(dest).CopyTo(to.bytes.data());
  PacketPtr frame = LvsPacket::FromSend(packet, from, to, protocolNumber);
  const uint64_t destination = load_mac(to.bytes.data());
  const uint32_t port = is_group(destination) ? kNoPort : m_table.find(destination, OldestValid());
  if (port == LearningTable::kLocal) return false;
  if (port == kNoPort) {
    Flood(kNoPort, std::move(frame));
    return true;
  }
  return m_ports[port]->SendFrame(std::move(frame));
}

}  // namespace ns3
