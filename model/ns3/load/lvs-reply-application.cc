// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-reply-application.h"

#include <algorithm>

#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsReplyApplication");
NS_OBJECT_ENSURE_REGISTERED(LvsReplyApplication);

TypeId LvsReplyApplication::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsReplyApplication")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsReplyApplication>()
          .AddAttribute("Protocol", "Socket factory: ns3::TcpSocketFactory or ns3::UdpSocketFactory.",
                        TypeIdValue(TcpSocketFactory::GetTypeId()),
                        MakeTypeIdAccessor(&LvsReplyApplication::m_protocol), MakeTypeIdChecker())
          .AddAttribute("Port", "Port that is served.", UintegerValue(80),
                        MakeUintegerAccessor(&LvsReplyApplication::m_port), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("RequestSize", "Bytes of a request over TCP.", UintegerValue(100),
                        MakeUintegerAccessor(&LvsReplyApplication::m_requestSize), MakeUintegerChecker<uint32_t>(1))
          .AddAttribute("ReplySize", "Bytes of a reply.", UintegerValue(1000),
                        MakeUintegerAccessor(&LvsReplyApplication::m_replySize), MakeUintegerChecker<uint32_t>(1))
          .AddTraceSource("Request", "A whole request has come in from this address.",
                          MakeTraceSourceAccessor(&LvsReplyApplication::m_requestTrace),
                          "ns3::Address::TracedCallback");
  return tid;
}

void LvsReplyApplication::StartApplication() {
  m_socket = Socket::CreateSocket(GetNode(), m_protocol);
  NS_ABORT_MSG_IF(m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_port)) != 0,
                  "LvsReplyApplication: port " << m_port << " is taken");
  if (m_protocol == UdpSocketFactory::GetTypeId()) {
    m_socket->SetRecvCallback(MakeCallback(&LvsReplyApplication::ReceiveDatagram, this));
    return;
  }
  m_socket->Listen();
  m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              MakeCallback(&LvsReplyApplication::Accept, this));
}

void LvsReplyApplication::StopApplication() {
  if (m_socket != nullptr) m_socket->Close();
  m_socket = nullptr;
}

void LvsReplyApplication::DoDispose() {
  m_socket = nullptr;
  m_connections.clear();
  Application::DoDispose();
}

void LvsReplyApplication::Accept(Ptr<Socket> socket, const Address&) {
  m_connections[socket] = {m_requestSize, m_replySize};
  socket->SetRecvCallback(MakeCallback(&LvsReplyApplication::ReceiveStream, this));
  socket->SetSendCallback(MakeCallback(&LvsReplyApplication::SendStream, this));
  socket->SetCloseCallbacks(MakeCallback(&LvsReplyApplication::Closed, this),
                            MakeCallback(&LvsReplyApplication::Closed, this));
}

void LvsReplyApplication::ReceiveStream(Ptr<Socket> socket) {
  Address from;
  while (Ptr<Packet> packet = socket->RecvFrom(from)) {
    if (packet->GetSize() == 0) break;
    const auto found = m_connections.find(socket);
    if (found == m_connections.end() || found->second.missing == 0) continue;
    found->second.missing -= std::min(found->second.missing, packet->GetSize());
    if (found->second.missing > 0) continue;
    ++m_requests;
    m_requestTrace(from);
    SendStream(socket, socket->GetTxAvailable());
  }
}

void LvsReplyApplication::SendStream(Ptr<Socket> socket, uint32_t) {
  const auto found = m_connections.find(socket);
  if (found == m_connections.end() || found->second.missing > 0 || found->second.left == 0) return;
  while (found->second.left > 0) {
    const uint32_t part = std::min(found->second.left, socket->GetTxAvailable());
    if (part == 0) return;  // called again when there is room
    found->second.left -= part;
    if (socket->Send(Create<Packet>(part)) < 0) {
      found->second.left += part;
      return;
    }
  }
  ++m_replies;
  socket->Close();
}

void LvsReplyApplication::Closed(Ptr<Socket> socket) {
  // The socket may be calling us: it is let go of afterwards.
  LvsSchedule(Seconds(0), [self = Ptr<LvsReplyApplication>(this), socket] { self->m_connections.erase(socket); });
}

void LvsReplyApplication::ReceiveDatagram(Ptr<Socket> socket) {
  Address from;
  while (Ptr<Packet> packet = socket->RecvFrom(from)) {
    ++m_requests;
    m_requestTrace(from);
    for (uint32_t left = m_replySize; left > 0; left -= std::min(left, LvsLoadProfile::kMaxDatagram)) {
      socket->SendTo(Create<Packet>(std::min(left, LvsLoadProfile::kMaxDatagram)), 0, from);
    }
    ++m_replies;
  }
}

}  // namespace ns3
