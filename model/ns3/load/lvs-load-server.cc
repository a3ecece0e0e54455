// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-load-server.h"

#include <algorithm>

#include "ns3/log.h"
#include "ns3/lvs-host.h"
#include "ns3/uinteger.h"
#include "wire/tcp.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsLoadServer");
NS_OBJECT_ENSURE_REGISTERED(LvsLoadServer);

using ::lvs::wire::Tcp;

TypeId LvsLoadServer::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsLoadServer")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsLoadServer>()
          .AddAttribute("Port", "UDP or TCP port that is served.", UintegerValue(80),
                        MakeUintegerAccessor(&LvsLoadServer::m_port), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("Window", "Segments of a TCP reply that may be on their way (2 or more).", UintegerValue(10),
                        MakeUintegerAccessor(&LvsLoadServer::m_window), MakeUintegerChecker<uint32_t>(2, 1000000));
  return tid;
}

LvsLoadServer::LvsLoadServer() : m_sender(m_counters) {}

LvsLoadServer::~LvsLoadServer() = default;

void LvsLoadServer::StartApplication() {
  m_host = GetNode()->GetObject<LvsHost>();
  NS_ABORT_MSG_IF(m_host == nullptr, "LvsLoadServer needs an LvsHost on its node");
  m_sender.SetHost(&m_host->GetHost());
  m_protocol = m_profile.GetProtocol();
  m_listening = m_host->GetPortDemux(m_protocol).Bind(m_port, m_port, *this);
  NS_ABORT_MSG_IF(!m_listening, "LvsLoadServer: port " << m_port << " is taken");
}

void LvsLoadServer::StopApplication() {
  if (m_listening) m_host->GetPortDemux(m_protocol).Unbind(*this);
  m_listening = false;
}

void LvsLoadServer::DoDispose() {
  StopApplication();
  m_host = nullptr;
  Application::DoDispose();
}

void LvsLoadServer::error(const ::lvs::host::Packet&, const std::uint8_t*) {
  // The client's timeout sees to what cannot be delivered.
}

void LvsLoadServer::deliver(::lvs::host::PacketPtr packet) {
  ++m_counters.rxPackets;
  m_counters.rxBytes += packet->size();
  if (m_profile.GetKind() == LvsLoadProfile::TCP) return ReceiveTcp(*packet);
  if (packet->transport_head_size() < 8) return;
  // A request of several datagrams is answered when its last has come: the one with its length.
  if (packet->size() != m_profile.GetRequestLengths().back()) {
    if (m_profile.GetRequestLengths().size() == 1) ++m_counters.stray;
    return;
  }
  ++m_counters.requests;
  const LvsLoadTuple flow = LvsLoadTuple::OfReceived(*packet);
  packet.reset();
  for (const uint16_t length : m_profile.GetReplyLengths()) m_sender.SendUdp(flow, length);
  ++m_counters.completed;
}

uint32_t LvsLoadServer::SequenceOf(const LvsLoadTuple& flow) {
  const uint32_t ports = uint32_t{flow.remotePort} << 16 | flow.localPort;
  return (flow.remote.value * 0x9e3779b1u) ^ (ports * 0x85ebca6bu);
}

void LvsLoadServer::ReceiveTcp(const ::lvs::host::Packet& packet) {
  if (packet.transport_head_size() < Tcp::kMinSize) return;
  const ::lvs::wire::ConstTcp tcp{packet.transport()};
  const LvsLoadTuple flow = LvsLoadTuple::OfReceived(packet);
  const uint32_t iss = SequenceOf(flow);
  const uint32_t payload = packet.transport_size() - std::min(tcp.header_size(), packet.transport_size());
  const uint32_t next = tcp.seq() + payload;  // what we expect after this segment
  const uint32_t segments = m_profile.GetReplySegments();
  if (tcp.has(Tcp::rst)) return;
  if (tcp.has(Tcp::syn)) {
    m_sender.SendTcp(flow, iss, tcp.seq() + 1, Tcp::syn | Tcp::ack, 0, m_profile.GetMss());
    return;
  }
  if (!tcp.has(Tcp::ack)) return;
  const uint32_t acked = tcp.ack_seq() - iss - 1;  // bytes of the reply, and one for the FIN
  if (acked > m_profile.GetReplyBytes() + 1) {
    ++m_counters.stray;
    return;
  }
  if (tcp.has(Tcp::fin)) {
    m_sender.SendTcp(flow, iss + 1 + m_profile.GetReplyBytes() + 1, next + 1, Tcp::ack, 0);
    return;
  }
  if (payload > 0) {
    if (!tcp.has(Tcp::psh)) return;  // more of the request is to come
    ++m_counters.requests;
    m_sender.SendTcp(flow, iss + 1, next, Tcp::ack, 0);
    SendSegments(flow, 0, std::min(m_window, segments), next);
    return;
  }
  // Every second segment is acknowledged: this one and the one before make room for two.
  if (acked == 0 || acked >= m_profile.GetReplyBytes() || acked % m_profile.GetMss() != 0) return;
  const uint32_t received = acked / m_profile.GetMss();
  const uint32_t from = received - 2 + m_window;
  if (received >= 2 && from < segments) SendSegments(flow, from, std::min(from + 2, segments), next);
}

void LvsLoadServer::SendSegments(const LvsLoadTuple& flow, uint32_t from, uint32_t to, uint32_t ack) {
  const uint32_t first = SequenceOf(flow) + 1;
  const uint32_t total = m_profile.GetReplyBytes();
  const uint32_t mss = m_profile.GetMss();
  const uint32_t segments = m_profile.GetReplySegments();
  for (uint32_t i = from; i < to; ++i) {
    const uint32_t size = std::min(mss, total - i * mss);
    const uint8_t flags = i + 1 == segments ? Tcp::ack | Tcp::psh : Tcp::ack;
    m_sender.SendTcp(flow, first + i * mss, ack, flags, static_cast<uint16_t>(size));
  }
  if (to == segments) {
    m_sender.SendTcp(flow, first + total, ack, Tcp::fin | Tcp::ack, 0);
    ++m_counters.completed;
  }
}

}  // namespace ns3
