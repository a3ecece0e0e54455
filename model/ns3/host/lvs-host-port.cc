// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-host-port.h"

#include <algorithm>

#include "ns3/ipv4-queue-disc-item.h"
#include "ns3/loopback-net-device.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-ipv4-l3-protocol.h"
#include "ns3/lvs-packet.h"
#include "ns3/mac48-address.h"
#include "ns3/queue-disc.h"

namespace ns3 {

namespace {

::lvs::base::MacAddr ToMac(const Address& address) {
  ::lvs::base::MacAddr mac;
  Mac48Address::ConvertFrom(address).CopyTo(mac.bytes.data());
  return mac;
}

Mac48Address ToMac48(const uint8_t* bytes) {
  Mac48Address mac;
  mac.CopyFrom(bytes);
  return mac;
}

/** ARP on its way through a queue disc, which has nothing to see in it. */
class ArpItem final : public QueueDiscItem {
 public:
  using QueueDiscItem::QueueDiscItem;
  void AddHeader() override {}
  bool Mark() override { return false; }
};

/** One of our own NICs: frames go through as they are. */
class EthPort final : public LvsHostPort, private LvsFrameReceiver {
 public:
  EthPort(LvsHost& host, Ptr<LvsEthNetDevice> nic) : LvsHostPort(host, nic), m_nic(*nic) {
    m_nic.SetFrameReceiver(this);
  }
  ~EthPort() override { Close(); }

  void transmit(::lvs::host::PacketPtr frame) override {
    if (m_device != nullptr && !Enqueue(*frame)) m_nic.SendFrame(std::move(frame));
  }
  void Close() override {
    if (m_device == nullptr) return;
    m_nic.SetFrameReceiver(nullptr);
    LvsHostPort::Close();
  }

 private:
  void SetEnabled(bool enabled) override {
    if (m_nic.IsEnabled() != enabled) m_nic.SetEnabled(enabled);
  }
  void ReceiveFrame(LvsEthNetDevice&, ::lvs::host::PacketPtr frame) override {
    m_host.Receive(*m_interface, std::move(frame));
  }

  LvsEthNetDevice& m_nic;
};

/** Any other Ethernet-like device (CSMA, SimpleNetDevice, WifiNetDevice): frames become ns3::Packets. */
class ForeignPort final : public LvsHostPort {
 public:
  ForeignPort(LvsHost& host, Ptr<NetDevice> device, Ptr<Node> node) : LvsHostPort(host, device), m_node(node) {
    m_handler = MakeCallback(&ForeignPort::Receive, this);
    for (const uint16_t protocol : {kIpv4, kArp}) node->RegisterProtocolHandler(m_handler, protocol, device);
  }
  ~ForeignPort() override { Close(); }

  void transmit(::lvs::host::PacketPtr frame) override {
    if (m_device == nullptr || Enqueue(*frame)) return;
    const ::lvs::wire::Ethernet eth{frame->data()};
    const Mac48Address to = ToMac48(eth.p);
    const Mac48Address from = ToMac48(eth.p + 6);
    Ptr<Packet> packet = LvsPacket::ToNs3(*frame, ::lvs::wire::Ethernet::kSize);
    if (m_device->SupportsSendFrom()) {
      m_device->SendFrom(packet, from, to, eth.type());
    } else {
      m_device->Send(packet, to, eth.type());
    }
  }
  void Close() override {
    if (m_node == nullptr) return;
    for (int i = 0; i < 2; ++i) m_node->UnregisterProtocolHandler(m_handler);
    m_node = nullptr;
    LvsHostPort::Close();
  }

 private:
  static constexpr uint16_t kIpv4 = 0x0800;
  static constexpr uint16_t kArp = 0x0806;

  void Receive(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t protocol, const Address& from, const Address& to,
               NetDevice::PacketType) {
    // The non-promiscuous path of a device does not say to whom a frame went; what came this way is ours.
    const ::lvs::base::MacAddr destination =
        Mac48Address::IsMatchingType(to) ? ToMac(to) : ToMac(m_device->GetAddress());
    ::lvs::host::PacketPtr frame = LvsPacket::FromSend(packet, ToMac(from), destination, protocol);
    LvsPacket::PullHeaders(*frame);
    m_host.Receive(*m_interface, std::move(frame));
  }

  Ptr<Node> m_node;
  Node::ProtocolHandler m_handler;
};

}  // namespace

std::unique_ptr<LvsHostPort> LvsHostPort::Create(LvsHost& host, Ptr<NetDevice> device) {
  if (DynamicCast<LoopbackNetDevice>(device) != nullptr || !device->IsBroadcast() ||
      !Mac48Address::IsMatchingType(device->GetAddress())) {
    return nullptr;
  }
  if (Ptr<LvsEthNetDevice> nic = DynamicCast<LvsEthNetDevice>(device)) return std::make_unique<EthPort>(host, nic);
  return std::make_unique<ForeignPort>(host, device, device->GetNode());
}

void LvsHostPort::UseQueueDisc(Ptr<TrafficControlLayer> traffic) {
  m_traffic = traffic->GetRootQueueDiscOnDevice(m_device) == nullptr ? nullptr : traffic;
}

bool LvsHostPort::Enqueue(const ::lvs::host::Packet& frame) {
  if (m_traffic == nullptr) return false;
  const ::lvs::wire::ConstEthernet eth{frame.data()};
  const Mac48Address to = ToMac48(eth.p);
  constexpr uint32_t kIp = ::lvs::wire::Ethernet::kSize, kBehind = kIp + ::lvs::wire::Ipv4::kMinSize;
  if (eth.type() == static_cast<uint16_t>(::lvs::wire::EtherType::arp)) {
    m_traffic->Send(m_device, ns3::Create<ArpItem>(LvsPacket::ToNs3(frame, kIp), to, eth.type()));
    return true;
  }
  const ::lvs::wire::ConstIpv4 ip{eth.p + kIp};
  if (eth.type() != static_cast<uint16_t>(::lvs::wire::EtherType::ipv4) || frame.head_size() < kBehind ||
      ip.header_size() != ::lvs::wire::Ipv4::kMinSize) {
    return false;
  }
  Ipv4Header header = LvsIpv4L3Protocol::HeaderOf(ip);
  header.EnableChecksum();
  m_traffic->Send(m_device, ns3::Create<Ipv4QueueDiscItem>(LvsPacket::ToNs3(frame, kBehind), to, eth.type(), header));
  return true;
}

void LvsHostPort::Follow() {
  if (m_device == nullptr) return;
  ::lvs::host::Host& host = m_host.GetHost();
  if (const auto mac = ToMac(m_device->GetAddress()); mac != m_mac) {
    m_mac = mac;
    if (m_interface->mac != mac) host.set_mac(*m_interface, mac);
  } else if (m_interface->mac != m_mac) {
    m_mac = m_interface->mac;
    m_device->SetAddress(ToMac48(m_mac.bytes.data()));
  }
  if (const uint32_t mtu = m_device->GetMtu(); mtu != m_mtu) {
    m_mtu = mtu;
    if (m_interface->mtu != mtu) host.set_mtu(*m_interface, mtu);
  } else if (m_interface->mtu != m_mtu && m_device->SetMtu(static_cast<uint16_t>(std::min(m_interface->mtu, 65535u)))) {
    m_mtu = m_device->GetMtu();
  }
  SetEnabled(m_interface->up);
  if (const bool carrier = m_device->IsLinkUp(); carrier != m_interface->carrier) {
    host.set_carrier(*m_interface, carrier);
  }
}

}  // namespace ns3
