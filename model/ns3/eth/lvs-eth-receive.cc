// SPDX-License-Identifier: GPL-2.0-or-later
// The receiving half of LvsEthNetDevice.
#include <utility>

#include "engine/forget-host.h"
#include "ns3/error-model.h"
#include "ns3/log.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-packet.h"
#include "ns3/packet.h"
#include "wire/ethernet.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsEthReceive");

using lvs::wire::Ethernet;

namespace {

Mac48Address LoadMac(const uint8_t* at) {
  Mac48Address address;
  address.CopyFrom(at);
  return address;
}

}  // namespace

void LvsEthNetDevice::SetFrameReceiver(LvsFrameReceiver* receiver, Headers headers) {
  m_receiver = receiver;
  m_completeHeaders = headers == Headers::COMPLETE;
}

void LvsEthNetDevice::Receive(lvs::host::PacketPtr frame) {
  if (m_receiveErrorModel != nullptr && m_receiveErrorModel->IsCorrupt(LvsPacket::ToNs3(*frame))) {
    NS_LOG_LOGIC("drop: error model");
    ++m_counters.rxErrors;
    if (m_observer != nullptr) m_observer->FrameDropped(*this, *frame, lvs::trace::Drop::link_loss);
    if (!m_phyRxDropTrace.IsEmpty()) m_phyRxDropTrace(LvsPacket::ToNs3(*frame));
    return;
  }
  if (!frame->may_pull(Ethernet::kSize)) {
    NS_LOG_LOGIC("drop: shorter than an Ethernet header");
    ++m_counters.rxDropped;
    if (m_observer != nullptr) m_observer->FrameDropped(*this, *frame, lvs::trace::Drop::pkt_too_small);
    if (!m_macRxDropTrace.IsEmpty()) m_macRxDropTrace(LvsPacket::ToNs3(*frame));
    return;
  }
  // Kernel: is_skb_forwardable(), by which a veth refuses what its own MTU does not allow, and NICs do so too.
  if (frame->size() > m_maxFrame && frame->gso_size == 0) {
    NS_LOG_LOGIC("drop: longer than the MTU allows");
    ++m_counters.rxDropped;
    if (m_observer != nullptr) m_observer->FrameDropped(*this, *frame, lvs::trace::Drop::pkt_too_big);
    if (!m_macRxDropTrace.IsEmpty()) m_macRxDropTrace(LvsPacket::ToNs3(*frame));
    return;
  }
  ++m_counters.rxPackets;
  m_counters.rxBytes += frame->size();
  if (m_observer != nullptr) m_observer->FrameReceived(*this, *frame);
  if (!m_phyRxEndTrace.IsEmpty() || !m_promiscSnifferTrace.IsEmpty() || !m_macPromiscRxTrace.IsEmpty() ||
      !m_snifferTrace.IsEmpty() || !m_macRxTrace.IsEmpty()) {
    TraceReception(*frame, Classify(frame->data()));
  }

  if (m_receiver == nullptr) return ReceiveByNode(std::move(frame));
  if (!m_promiscRxCallback.IsNull()) GiveToPromiscuous(*frame, Classify(frame->data()));
  if (!m_promiscuous && Classify(frame->data()) == PACKET_OTHERHOST) return;
  if (m_completeHeaders) {
    LvsPacket::PullHeaders(*frame);
    lvs::engine::forget_host(*frame);
  }
  m_receiver->ReceiveFrame(*this, std::move(frame));
}

void LvsEthNetDevice::ReceiveByNode(lvs::host::PacketPtr frame) {
  if (!frame->may_pull(Ethernet::kSize)) return;
  const PacketType type = Classify(frame->data());
  if (m_receiver == nullptr && !m_promiscRxCallback.IsNull()) GiveToPromiscuous(*frame, type);
  if (type == PACKET_OTHERHOST || m_rxCallback.IsNull()) return;
  m_rxCallback(this, LvsPacket::ToNs3Shared(*frame, Ethernet::kSize), Ethernet{frame->data()}.type(),
               LoadMac(frame->data() + 6));
}

void LvsEthNetDevice::GiveToPromiscuous(const lvs::host::Packet& frame, PacketType type) {
  const uint8_t* header = frame.data();
  m_promiscRxCallback(this, LvsPacket::ToNs3Shared(frame, Ethernet::kSize), lvs::base::load_be16(header + 12),
                      LoadMac(header + 6), LoadMac(header), type);
}

void LvsEthNetDevice::TraceReception(const lvs::host::Packet& frame, PacketType type) {
  const Ptr<const Packet> packet = LvsPacket::ToNs3(frame);
  m_phyRxEndTrace(packet);
  m_promiscSnifferTrace(packet);
  m_macPromiscRxTrace(packet);
  if (type == PACKET_OTHERHOST) return;
  m_snifferTrace(packet);
  m_macRxTrace(packet);
}

}  // namespace ns3
