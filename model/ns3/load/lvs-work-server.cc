// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-work-server.h"

#include <algorithm>
#include <array>

#include "ns3/log.h"
#include "ns3/lvs-host.h"
#include "ns3/node.h"
#include "ns3/uinteger.h"
#include "wire/tcp.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsWorkServer");
NS_OBJECT_ENSURE_REGISTERED(LvsWorkServer);

using ::lvs::wire::Tcp;

void LvsWorkAsk::Write(uint8_t* bytes) const {
  ::lvs::base::store_be32(bytes, replyBytes);
  ::lvs::base::store_be32(bytes + 4, static_cast<uint32_t>(demand >> 32));
  ::lvs::base::store_be32(bytes + 8, static_cast<uint32_t>(demand));
  ::lvs::base::store_be32(bytes + 12, last ? 1 : 0);
}

bool LvsWorkAsk::Read(const ::lvs::host::Packet& packet, std::size_t offset, LvsWorkAsk& ask) {
  if (packet.size() < offset + kSize) return false;
  std::array<uint8_t, kSize> bytes;
  packet.read(static_cast<uint32_t>(offset), bytes);
  ask.replyBytes = ::lvs::base::load_be32(bytes.data());
  ask.demand = uint64_t{::lvs::base::load_be32(bytes.data() + 4)} << 32 | ::lvs::base::load_be32(bytes.data() + 8);
  ask.last = ::lvs::base::load_be32(bytes.data() + 12) != 0;
  return true;
}

LvsWorkReply::LvsWorkReply(const LvsLoadProfile& profile, uint32_t replyBytes)
    : bytes(replyBytes), raw(profile.GetKind() == LvsLoadProfile::RAW) {
  constexpr uint32_t kMost = 1500 - LvsLoadProfile::kUdpHeaders;
  const uint32_t most = raw ? *std::ranges::max_element(profile.GetReplyLengths()) : kMost;
  packets = std::max(1u, (bytes + most - 1) / most);
}

uint16_t LvsWorkReply::LengthOf(uint32_t i) const {
  // Spread, so that none is tiny.
  const auto begin = static_cast<uint32_t>(uint64_t{bytes} * i / packets);
  const auto end = static_cast<uint32_t>(uint64_t{bytes} * (i + 1) / packets);
  return static_cast<uint16_t>(raw ? std::max<uint32_t>(end - begin, LvsLoadProfile::kUdpHeaders)
                                   : end - begin + LvsLoadProfile::kUdpHeaders);
}

TypeId LvsWorkServer::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsWorkServer")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsWorkServer>()
          .AddAttribute("Port", "UDP or TCP port that is served.", UintegerValue(80),
                        MakeUintegerAccessor(&LvsWorkServer::m_port), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("Window", "Segments of a TCP reply that may be on their way (2 or more).", UintegerValue(10),
                        MakeUintegerAccessor(&LvsWorkServer::m_window), MakeUintegerChecker<uint32_t>(2, 1000000));
  return tid;
}

LvsWorkServer::LvsWorkServer() : m_sender(m_counters) {}
LvsWorkServer::~LvsWorkServer() = default;

void LvsWorkServer::StartApplication() {
  m_host = GetNode()->GetObject<LvsHost>();
  NS_ABORT_MSG_IF(m_host == nullptr, "LvsWorkServer needs an LvsHost on its node");
  m_sender.SetHost(&m_host->GetHost());
  m_protocol = m_profile.GetProtocol();
  m_queue = std::make_unique<LvsWorkQueue>(m_discipline, m_capacity, [this](const LvsWorkJob& job) { Reply(job); });
  m_listening = m_host->GetPortDemux(m_protocol).Bind(m_port, m_port, *this);
  NS_ABORT_MSG_IF(!m_listening, "LvsWorkServer: port " << m_port << " is taken");
}

void LvsWorkServer::StopApplication() {
  if (m_listening) m_host->GetPortDemux(m_protocol).Unbind(*this);
  m_listening = false;
}

void LvsWorkServer::DoDispose() {
  StopApplication();
  m_queue = nullptr;
  m_host = nullptr;
  Application::DoDispose();
}

void LvsWorkServer::SetCapacity(double capacity) {
  m_capacity = capacity;
  if (m_queue != nullptr) m_queue->SetCapacity(capacity);
}

void LvsWorkServer::ResetCounters() {
  m_counters = {};
  if (m_queue != nullptr) m_queue->ResetStats();
}

void LvsWorkServer::Work(const LvsLoadTuple& flow, const LvsWorkAsk& ask) {
  ++m_counters.requests;
  m_queue->Add({flow, ask.replyBytes, ask.last, static_cast<double>(ask.demand) * 1e-9});
}

void LvsWorkServer::deliver(::lvs::host::PacketPtr packet) {
  ++m_counters.rxPackets;
  m_counters.rxBytes += packet->size();
  if (m_profile.GetKind() == LvsLoadProfile::TCP) return ReceiveTcp(*packet);
  LvsWorkAsk ask;
  const std::size_t behind = packet->transport_offset() + 8;
  if (packet->transport_head_size() < 8 || !LvsWorkAsk::Read(*packet, behind, ask)) {
    ++m_counters.stray;
    return;
  }
  Work(LvsLoadTuple::OfReceived(*packet), ask);
}

void LvsWorkServer::ReceiveTcp(const ::lvs::host::Packet& packet) {
  if (packet.transport_head_size() < Tcp::kMinSize) return;
  const Tcp tcp{const_cast<uint8_t*>(packet.transport())};  // views are not const
  const LvsLoadTuple flow = LvsLoadTuple::OfReceived(packet);
  if (tcp.has(Tcp::syn)) {
    Connection& fresh = m_connections[KeyOf(flow)];
    fresh = {};
    fresh.next = tcp.seq() + 1;
    const uint32_t iss = (flow.remote.value * 0x9e3779b1u) ^ (uint32_t{flow.remotePort} * 0x85ebca6bu) ^ tcp.seq();
    fresh.first = iss + 1;
    m_sender.SendTcp(flow, iss, fresh.next, Tcp::syn | Tcp::ack, 0, m_profile.GetMss());
    return;
  }
  const auto found = m_connections.find(KeyOf(flow));
  if (found == m_connections.end()) {
    // As the host would: a segment of no connection.
    if (!tcp.has(Tcp::rst)) m_sender.SendTcp(flow, tcp.ack_seq(), 0, Tcp::rst, 0);
    return;
  }
  if (tcp.has(Tcp::rst)) {
    m_connections.erase(found);
    return;
  }
  Connection& connection = found->second;
  const uint32_t payload = packet.transport_size() - std::min(tcp.header_size(), packet.transport_size());
  if (payload > 0 && tcp.seq() == connection.next) {
    const std::size_t behind = packet.transport_offset() + tcp.header_size();
    if (connection.received == 0 && !LvsWorkAsk::Read(packet, behind, connection.ask)) return;
    connection.received += payload;
    connection.next += payload;
    if (tcp.has(Tcp::psh)) {
      connection.received = 0;
      m_sender.SendTcp(flow, connection.first + connection.bytes, connection.next, Tcp::ack, 0);
      Work(flow, connection.ask);
    }
  }
  if (tcp.has(Tcp::fin)) {
    ++connection.next;
    m_sender.SendTcp(flow, connection.first + connection.bytes + 1, connection.next, Tcp::ack, 0);
    m_connections.erase(found);
    return;
  }
  if (!connection.replying || payload > 0) return;
  const uint32_t acked = tcp.ack_seq() - connection.first;
  if (acked == 0 || acked > connection.sent) return;
  SendSegments(flow, connection, acked + m_window * uint32_t{m_profile.GetMss()});
}

void LvsWorkServer::Reply(const LvsWorkJob& job) {
  const LvsHost::Entry entry(*m_host);
  if (m_profile.GetKind() != LvsLoadProfile::TCP) {
    const LvsWorkReply reply(m_profile, job.replyBytes);
    for (uint32_t i = 0; i < reply.packets; ++i) m_sender.SendUdp(job.flow, reply.LengthOf(i));
    ++m_counters.completed;
    return;
  }
  const auto found = m_connections.find(KeyOf(job.flow));
  if (found == m_connections.end()) return;  // reset meanwhile
  Connection& connection = found->second;
  connection.first += connection.bytes;  // behind the reply before
  connection.bytes = std::max(job.replyBytes, 1u);
  connection.sent = 0;
  connection.replying = true;
  SendSegments(job.flow, connection, m_window * uint32_t{m_profile.GetMss()});
}

void LvsWorkServer::SendSegments(const LvsLoadTuple& flow, Connection& connection, uint32_t most) {
  const uint32_t mss = m_profile.GetMss();
  while (connection.sent < connection.bytes && connection.sent < most) {
    const uint32_t size = std::min(mss, connection.bytes - connection.sent);
    const bool end = connection.sent + size == connection.bytes;
    m_sender.SendTcp(flow, connection.first + connection.sent, connection.next, end ? Tcp::ack | Tcp::psh : Tcp::ack,
                     static_cast<uint16_t>(size));
    connection.sent += size;
  }
  if (connection.sent < connection.bytes) return;
  connection.replying = false;
  ++m_counters.completed;
  if (connection.ask.last && !connection.closed) {
    connection.closed = true;
    m_sender.SendTcp(flow, connection.first + connection.bytes, connection.next, Tcp::fin | Tcp::ack, 0);
  }
}

}  // namespace ns3
