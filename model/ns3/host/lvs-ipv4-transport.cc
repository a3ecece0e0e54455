// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-ipv4-transport.h"

#include "ns3/ipv4-interface.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-ipv4-l3-protocol.h"
#include "ns3/lvs-packet.h"
#include "wire/icmp.h"

namespace ns3 {

namespace {

// TCP and UDP share their ports with the load generator.
bool HasPorts(uint8_t protocol) { return protocol == 6 || protocol == 17; }

}  // namespace

LvsIpv4Transport::LvsIpv4Transport(LvsIpv4L3Protocol& ipv4, uint8_t protocol) : m_ipv4(ipv4), m_protocol(protocol) {
  LvsHost& host = *m_ipv4.GetHost();
  if (HasPorts(protocol)) {
    m_before = host.GetPortDemux(protocol).GetFallback();
    host.GetPortDemux(protocol).SetFallback(this);
  } else {
    m_before = host.GetHost().transport(protocol);
    host.GetHost().set_transport(protocol, this);
  }
}

LvsIpv4Transport::~LvsIpv4Transport() {
  LvsHost& host = *m_ipv4.GetHost();
  if (HasPorts(m_protocol)) {
    host.GetPortDemux(m_protocol).SetFallback(m_before);
  } else {
    host.GetHost().set_transport(m_protocol, m_before);
  }
}

void LvsIpv4Transport::deliver(::lvs::host::PacketPtr packet) {
  const uint32_t index = m_ipv4.GetInterfaceIndex(packet->in);
  Ptr<IpL4Protocol> protocol = m_ipv4.GetProtocol(m_protocol, static_cast<int32_t>(index));
  if (protocol != nullptr) {
    Ptr<Packet> datagram = LvsPacket::ToNs3(*packet, static_cast<uint32_t>(packet->transport_offset()));
    const auto status =
        protocol->Receive(datagram, LvsIpv4L3Protocol::HeaderOf(packet->ip()), m_ipv4.GetInterface(index));
    // ns-3's TCP has sent its RST when no socket was there; UDP leaves the answer to us.
    if (status != IpL4Protocol::RX_ENDPOINT_UNREACH) return;
  }
  if (m_before != nullptr) return m_before->deliver(std::move(packet));
  if (HasPorts(m_protocol)) return m_ipv4.GetHost()->GetHost().refuse_transport(std::move(packet));
  ::lvs::host::Host& host = m_ipv4.GetHost()->GetHost();
  host.icmp.send_error(*packet, ::lvs::wire::Icmp::dest_unreach, ::lvs::wire::Icmp::prot_unreach);
  host.drop(std::move(packet), ::lvs::trace::Drop::ip_noproto, ::lvs::trace::Stage::socket);
}

void LvsIpv4Transport::error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) {
  Ptr<IpL4Protocol> protocol = m_ipv4.GetProtocol(m_protocol);
  if (protocol != nullptr) {
    const ::lvs::wire::ConstIcmp icmp{packet.transport()};
    const ::lvs::wire::ConstIpv4 quoted{quoted_ip};
    // What ns-3 calls info is the MTU that fits, as in Icmpv4L4Protocol::HandleDestUnreach().
    const bool tooBig = icmp.type() == ::lvs::wire::Icmp::dest_unreach && icmp.code() == ::lvs::wire::Icmp::frag_needed;
    protocol->ReceiveIcmp(Ipv4Address(packet.ip().src().value), packet.ip().ttl(), icmp.type(), icmp.code(),
                          tooBig ? icmp.frag_mtu() : 0, Ipv4Address(quoted.src().value),
                          Ipv4Address(quoted.dst().value), quoted.payload());
  }
  if (m_before != nullptr) m_before->error(packet, quoted_ip);
}

}  // namespace ns3
