// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-request-application.h"

#include <algorithm>

#include "ns3/inet-socket-address.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsRequestApplication");
NS_OBJECT_ENSURE_REGISTERED(LvsRequestApplication);

TypeId LvsRequestApplication::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsRequestApplication")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsRequestApplication>()
          .AddAttribute("Protocol", "Socket factory: ns3::TcpSocketFactory or ns3::UdpSocketFactory.",
                        TypeIdValue(TcpSocketFactory::GetTypeId()),
                        MakeTypeIdAccessor(&LvsRequestApplication::m_protocol), MakeTypeIdChecker())
          .AddAttribute("RemoteAddress", "Where requests go: the VIP.", Ipv4AddressValue(),
                        MakeIpv4AddressAccessor(&LvsRequestApplication::m_remoteAddress), MakeIpv4AddressChecker())
          .AddAttribute("RemotePort", "Port of the service.", UintegerValue(80),
                        MakeUintegerAccessor(&LvsRequestApplication::m_remotePort), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("RequestSize", "Bytes of a request.", UintegerValue(100),
                        MakeUintegerAccessor(&LvsRequestApplication::m_requestSize), MakeUintegerChecker<uint32_t>(1))
          .AddAttribute("ReplySize", "Bytes of a reply.", UintegerValue(1000),
                        MakeUintegerAccessor(&LvsRequestApplication::m_replySize), MakeUintegerChecker<uint32_t>(1))
          .AddAttribute("MaxRequests", "End after so many requests; 0: none.", UintegerValue(0),
                        MakeUintegerAccessor(&LvsRequestApplication::m_maxRequests), MakeUintegerChecker<uint64_t>())
          .AddAttribute("Timeout", "A request without its whole reply after this time has failed.",
                        TimeValue(Seconds(30)), MakeTimeAccessor(&LvsRequestApplication::m_timeout), MakeTimeChecker())
          .AddAttribute("Interval", "Seconds between the beginnings of two requests.",
                        StringValue("ns3::ConstantRandomVariable[Constant=0.1]"),
                        MakePointerAccessor(&LvsRequestApplication::m_interval),
                        MakePointerChecker<RandomVariableStream>())
          .AddTraceSource("Completed", "A reply is there as a whole: the time since its request began.",
                          MakeTraceSourceAccessor(&LvsRequestApplication::m_completedTrace),
                          "ns3::Time::TracedCallback")
          .AddTraceSource("Failed", "A request was refused, reset or not answered in time.",
                          MakeTraceSourceAccessor(&LvsRequestApplication::m_failedTrace), "ns3::TracedCallback::Void");
  return tid;
}

int64_t LvsRequestApplication::AssignStreams(int64_t stream) {
  m_interval->SetStream(stream);
  return 1;
}

void LvsRequestApplication::StartApplication() { m_next = Simulator::ScheduleNow(&LvsRequestApplication::Begin, this); }

void LvsRequestApplication::StopApplication() { m_next.Cancel(); }

void LvsRequestApplication::DoDispose() {
  m_next.Cancel();
  for (auto& [socket, request] : m_open) request.timeout.Cancel();
  m_open.clear();
  Application::DoDispose();
}

void LvsRequestApplication::Begin() {
  ++m_begun;
  if (m_maxRequests == 0 || m_begun < m_maxRequests) {
    m_next = Simulator::Schedule(Seconds(m_interval->GetValue()), &LvsRequestApplication::Begin, this);
  }
  Ptr<Socket> socket = Socket::CreateSocket(GetNode(), m_protocol);
  Request& request = m_open[socket];
  request.begun = Simulator::Now();
  request.missing = m_replySize;
  request.timeout = Simulator::Schedule(m_timeout, &LvsRequestApplication::Lost, this, socket);
  socket->SetConnectCallback(MakeCallback(&LvsRequestApplication::Connected, this),
                             MakeCallback(&LvsRequestApplication::Lost, this));
  socket->SetRecvCallback(MakeCallback(&LvsRequestApplication::Receive, this));
  socket->SetCloseCallbacks(MakeCallback(&LvsRequestApplication::Lost, this),
                            MakeCallback(&LvsRequestApplication::Lost, this));
  if (socket->Bind() != 0 || socket->Connect(InetSocketAddress(m_remoteAddress, m_remotePort)) != 0) Lost(socket);
}

void LvsRequestApplication::Connected(Ptr<Socket> socket) {
  // UDP connects within Connect(), TCP when the SYN and ACK is there.
  const auto found = m_open.find(socket);
  if (found == m_open.end() || found->second.sent) return;
  found->second.sent = true;
  if (socket->Send(Create<Packet>(m_requestSize)) < 0) Lost(socket);
}

void LvsRequestApplication::Receive(Ptr<Socket> socket) {
  while (Ptr<Packet> packet = socket->Recv()) {
    if (packet->GetSize() == 0) break;
    const auto found = m_open.find(socket);
    if (found == m_open.end()) continue;
    found->second.missing -= std::min(found->second.missing, packet->GetSize());
    if (found->second.missing == 0) return Finish(socket, true);
  }
}

void LvsRequestApplication::Lost(Ptr<Socket> socket) { Finish(socket, false); }

void LvsRequestApplication::Finish(Ptr<Socket> socket, bool complete) {
  const auto found = m_open.find(socket);
  if (found == m_open.end()) return;
  const Time latency = Simulator::Now() - found->second.begun;
  found->second.timeout.Cancel();
  m_open.erase(found);
  if (complete) {
    m_latency.Add(latency.GetNanoSeconds());
    m_completedTrace(latency);
  } else {
    ++m_failed;
    m_failedTrace();
  }
  // The socket may be calling us: it is closed afterwards.
  LvsSchedule(Seconds(0), [socket] { socket->Close(); });
}

}  // namespace ns3
