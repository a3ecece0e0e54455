// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-work-client.h"

#include <algorithm>
#include <cmath>

#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-work-server.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsWorkClient");
NS_OBJECT_ENSURE_REGISTERED(LvsWorkClient);

using ::lvs::wire::Tcp;

namespace {

constexpr double kMostReply = 10e6;  // bytes
constexpr int64_t kSynDelays[] = {1000000000, 2000000000, 4000000000};

}  // namespace

TypeId LvsWorkClient::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsWorkClient")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsWorkClient>()
          .AddAttribute("Flows", "Pairs of a client address and port.", UintegerValue(48000),
                        MakeUintegerAccessor(&LvsWorkClient::m_flowCount), MakeUintegerChecker<uint32_t>(1))
          .AddAttribute("FirstPort", "Lowest client port.", UintegerValue(10000),
                        MakeUintegerAccessor(&LvsWorkClient::m_firstPort), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("Timeout", "A request without its whole reply after this time has failed.",
                        TimeValue(Seconds(10)), MakeTimeAccessor(&LvsWorkClient::m_timeout), MakeTimeChecker(Time(1)))
          .AddTraceSource("Completed", "A reply is there as a whole: the time since its request began.",
                          MakeTraceSourceAccessor(&LvsWorkClient::m_completedTrace), "ns3::Time::TracedCallback");
  return tid;
}

LvsWorkClient::LvsWorkClient() : m_sender(m_counters) {}
LvsWorkClient::~LvsWorkClient() = default;

void LvsWorkClient::SetRemote(Ipv4Address address, uint16_t port) {
  m_remoteAddress = address;
  m_remotePort = port;
}

void LvsWorkClient::ResetCounters() {
  m_counters = {};
  m_latency = {};
}

int64_t LvsWorkClient::AssignStreams(int64_t stream) {
  m_stream = stream;
  return 1;
}

// --- life ------------------------------------------------------------------------------------------------------------

void LvsWorkClient::StartApplication() {
  m_host = GetNode()->GetObject<LvsHost>();
  NS_ABORT_MSG_IF(m_host == nullptr, "LvsWorkClient needs an LvsHost on its node");
  NS_ABORT_MSG_IF(m_sourceAddresses.empty(), "LvsWorkClient needs an address to send from");
  m_sender.SetHost(&m_host->GetHost());
  m_remote = {m_remoteAddress.Get()};
  if (m_stream < 0) m_stream = static_cast<int64_t>(RngSeedManager::GetNextStreamIndex());
  ::lvs::base::Rng seeds(RngSeedManager::GetSeed() * 0x9e3779b97f4a7c15ull ^ RngSeedManager::GetRun() << 40 ^
                         static_cast<uint64_t>(m_stream) * 0xd1342543de82ef95ull);
  for (::lvs::base::Rng* rng : {&m_arrivalRng, &m_sizeRng, &m_demandRng, &m_thinkRng})
    *rng = ::lvs::base::Rng(seeds.next());
  for (const Ipv4Address& address : m_sourceAddresses) {
    m_sourceIndex[{address.Get()}] = static_cast<uint32_t>(m_sources.size());
    m_sources.push_back({address.Get()});
  }
  const auto perAddress = static_cast<uint32_t>((m_flowCount + m_sources.size() - 1) / m_sources.size());
  NS_ABORT_MSG_IF(m_firstPort + perAddress > 65536, "LvsWorkClient: too many flows for the ports");
  NS_ABORT_MSG_IF(m_work.users > m_flowCount, "LvsWorkClient: more users than flows");
  m_sessions.assign(m_flowCount, Session{});
  for (uint32_t i = 0; i < m_flowCount; ++i) m_free.push_back(i);
  m_protocol = m_profile.GetProtocol();
  m_bound =
      m_host->GetPortDemux(m_protocol).Bind(m_firstPort, static_cast<uint16_t>(m_firstPort + perAddress - 1), *this);
  NS_ABORT_MSG_IF(!m_bound, "LvsWorkClient: client ports from " << m_firstPort << " are taken");
  m_startTime = LvsClock::ReadNs();
  if (m_work.users == 0) return ScheduleArrival();
  // Users begin as if they had been thinking, so that they do not all come at once.
  for (uint32_t user = 0; user < m_work.users; ++user) {
    const double pause = std::max(m_work.think.Draw(m_thinkRng), 0.0) + 1e-6 * user;
    LvsSchedule(Seconds(pause), [self = Ptr<LvsWorkClient>(this), user] {
      const LvsHost::Entry entry(*self->m_host);
      self->Begin(user);
    });
  }
}

void LvsWorkClient::DoDispose() {
  if (m_bound) m_host->GetPortDemux(m_protocol).Unbind(*this);
  m_bound = false;
  m_host = nullptr;
  Application::DoDispose();
}

// --- sessions --------------------------------------------------------------------------------------------------------

void LvsWorkClient::ScheduleArrival() {
  m_nextArrival += m_work.arrivals.Next(m_arrivalRng) * 1e9 * m_work.requestsPerConnection / m_rate;
  const int64_t at = m_startTime + std::llround(m_nextArrival);
  Simulator::Schedule(LvsClock::ToNs3(::lvs::base::Time{std::max<int64_t>(at - LvsClock::ReadNs(), 0)}),
                      &LvsWorkClient::Arrive, this);
}

void LvsWorkClient::Arrive() {
  if (m_stopped || m_host == nullptr) return;
  const LvsHost::Entry entry(*m_host);
  Begin(0);
  ScheduleArrival();
}

LvsLoadTuple LvsWorkClient::TupleOf(uint32_t index) const {
  const auto addresses = static_cast<uint32_t>(m_sources.size());
  return {m_sources[index % addresses], m_remote, static_cast<uint16_t>(m_firstPort + index / addresses), m_remotePort};
}

uint32_t LvsWorkClient::FindSession(::lvs::base::Ipv4Addr address, uint16_t port) const {
  const auto found = m_sourceIndex.find(address);
  if (found == m_sourceIndex.end() || port < m_firstPort) return kNone;
  const uint64_t index = uint64_t{static_cast<uint32_t>(port - m_firstPort)} * m_sources.size() + found->second;
  return index < m_sessions.size() ? static_cast<uint32_t>(index) : kNone;
}

void LvsWorkClient::Begin(uint32_t user) {
  if (m_stopped) return;
  if (m_free.empty()) {  // every port waits for a reply: as if its timeout had come
    ++m_counters.requests;
    ++m_counters.timeouts;
    return;
  }
  const uint32_t index = m_free.front();
  m_free.pop_front();
  Session& session = m_sessions[index];
  session = {};
  session.user = user;
  session.start = LvsClock::ReadNs();
  session.request = ++m_begun;
  const bool tcp = m_profile.GetKind() == LvsLoadProfile::TCP;
  session.requests = tcp ? m_work.requestsPerConnection : 1;
  ++m_outstanding;
  ++m_counters.requests;
  const int64_t due = session.start + m_timeout.GetNanoSeconds();
  m_timeouts.Push({due, index, session.request});
  ScheduleDeadline(due);
  if (!tcp) {
    session.state = State::open;
    return Ask(index);
  }
  session.state = State::synSent;
  session.sent = static_cast<uint32_t>(m_thinkRng.next());
  m_synRetries[0].Push({session.start + kSynDelays[0], index, session.request});
  ScheduleDeadline(session.start + kSynDelays[0]);
  m_sender.SendTcp(TupleOf(index), session.sent++, 0, Tcp::syn, 0, m_profile.GetMss());
}

void LvsWorkClient::Ask(uint32_t index) {
  Session& session = m_sessions[index];
  LvsWorkAsk ask;
  ask.replyBytes = static_cast<uint32_t>(std::clamp(std::round(m_work.reply.Draw(m_sizeRng)), 1.0, kMostReply));
  ask.demand = static_cast<uint64_t>(std::max(m_work.demand.Draw(m_demandRng) * 1e9, 0.0));
  ask.last = session.requests == 1;
  std::array<uint8_t, LvsWorkAsk::kSize> front;
  ask.Write(front.data());
  const LvsLoadTuple tuple = TupleOf(index);
  if (m_profile.GetKind() == LvsLoadProfile::TCP) {
    const auto size = static_cast<uint16_t>(m_profile.GetRequestBytes());
    session.left = ask.replyBytes;
    m_sender.SendTcp(tuple, session.sent, session.next, Tcp::ack | Tcp::psh, size, 0, front);
    session.sent += size;
  } else {
    session.left = LvsWorkReply(m_profile, ask.replyBytes).packets;
    m_sender.SendUdp(tuple, m_profile.GetRequestLengths().front(), front);
  }
}

void LvsWorkClient::Complete(uint32_t index) {
  Session& session = m_sessions[index];
  const int64_t latency = LvsClock::ReadNs() - session.start;
  --m_outstanding;
  ++m_counters.completed;
  m_latency.Add(latency);
  if (m_observer) m_observer(latency);
  if (!m_completedTrace.IsEmpty()) m_completedTrace(NanoSeconds(static_cast<uint64_t>(latency)));
  if (--session.requests == 0) return End(index);
  session.state = State::thinking;
  LvsSchedule(Seconds(std::max(m_work.think.Draw(m_thinkRng), 0.0)),
              [self = Ptr<LvsWorkClient>(this), index, request = session.request] {
                Session& waiting = self->m_sessions[index];
                if (waiting.state != State::thinking || waiting.request != request) return;
                const LvsHost::Entry entry(*self->m_host);
                waiting.state = State::open;
                waiting.start = LvsClock::ReadNs();
                waiting.request = ++self->m_begun;
                ++self->m_outstanding;
                ++self->m_counters.requests;
                const int64_t due = waiting.start + self->m_timeout.GetNanoSeconds();
                self->m_timeouts.Push({due, index, waiting.request});
                self->ScheduleDeadline(due);
                self->Ask(index);
              });
}

void LvsWorkClient::Fail(uint32_t index, uint64_t LvsLoadCounters::*counter) {
  if (m_sessions[index].state != State::thinking) {
    --m_outstanding;
    ++(m_counters.*counter);
  }
  End(index);
}

void LvsWorkClient::End(uint32_t index) {
  Session& session = m_sessions[index];
  session.state = State::idle;
  m_free.push_back(index);
  if (m_work.users == 0) return;
  LvsSchedule(Seconds(std::max(m_work.think.Draw(m_thinkRng), 0.0)),
              [self = Ptr<LvsWorkClient>(this), user = session.user] {
                const LvsHost::Entry entry(*self->m_host);
                self->Begin(user);
              });
}

// --- packets ---------------------------------------------------------------------------------------------------------

void LvsWorkClient::deliver(::lvs::host::PacketPtr packet) {
  ++m_counters.rxPackets;
  m_counters.rxBytes += packet->size();
  const LvsLoadTuple tuple = LvsLoadTuple::OfReceived(*packet);
  const uint32_t index = FindSession(tuple.local, tuple.localPort);
  if (index == kNone || tuple.remote != m_remote || tuple.remotePort != m_remotePort) {
    ++m_counters.stray;
    return;
  }
  Session& session = m_sessions[index];
  if (m_profile.GetKind() == LvsLoadProfile::TCP) return ReceiveTcp(session, index, *packet);
  if (session.state != State::open) {
    ++m_counters.stray;
  } else if (--session.left == 0) {
    Complete(index);
  }
}

void LvsWorkClient::ReceiveTcp(Session& session, uint32_t index, const ::lvs::host::Packet& packet) {
  if (packet.transport_head_size() < Tcp::kMinSize) return;
  const Tcp tcp{const_cast<uint8_t*>(packet.transport())};  // views are not const
  const LvsLoadTuple tuple = TupleOf(index);
  const uint32_t payload = packet.transport_size() - std::min(tcp.header_size(), packet.transport_size());
  if (session.state == State::idle) {
    if (tcp.has(Tcp::fin) && tcp.seq() + payload == session.next) {
      ++session.next;
      m_sender.SendTcp(tuple, session.sent, session.next, Tcp::fin | Tcp::ack, 0);
    }
    return;
  }
  if (tcp.has(Tcp::rst)) return Fail(index, &LvsLoadCounters::refused);
  if (session.state == State::synSent) {
    if ((tcp.flags() & (Tcp::syn | Tcp::ack)) != (Tcp::syn | Tcp::ack) || tcp.ack_seq() != session.sent) {
      ++m_counters.stray;
      return;
    }
    session.state = State::open;
    session.next = tcp.seq() + 1;
    m_sender.SendTcp(tuple, session.sent, session.next, Tcp::ack, 0);
    return Ask(index);
  }
  if (tcp.has(Tcp::syn) || tcp.seq() != session.next) {
    ++m_counters.stray;  // a SYN and ACK that came twice, or a segment after a lost one
    return;
  }
  if (payload == 0 || session.state != State::open) return;
  session.next += payload;
  session.left -= std::min(payload, session.left);
  if ((++session.unacked & 1) == 0 || session.left == 0) {
    session.unacked = 0;
    m_sender.SendTcp(tuple, session.sent, session.next, Tcp::ack, 0);
  }
  if (session.left == 0) Complete(index);
}

void LvsWorkClient::error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) {
  if (packet.transport()[0] != ::lvs::wire::Icmp::dest_unreach) return;
  const ::lvs::wire::Ipv4 quoted{const_cast<uint8_t*>(quoted_ip)};  // views are not const
  const uint32_t index = FindSession(quoted.src(), ::lvs::base::load_be16(quoted.payload()));
  if (index == kNone || m_sessions[index].state == State::idle) return;
  const bool tcp = m_profile.GetKind() == LvsLoadProfile::TCP;
  if (!tcp || m_sessions[index].state == State::synSent) Fail(index, &LvsLoadCounters::refused);
}

// --- deadlines -------------------------------------------------------------------------------------------------------

void LvsWorkClient::ScheduleDeadline(int64_t due) {
  // Deadlines of a kind fall due in their order: one event at the first of an empty ring, then from one to the next.
  if (!m_deadline.IsExpired() && m_deadlineDue <= due) return;
  m_deadline.Cancel();
  m_deadlineDue = due;
  m_deadline = Simulator::Schedule(LvsClock::ToNs3(::lvs::base::Time{std::max<int64_t>(due - LvsClock::ReadNs(), 0)}),
                                   &LvsWorkClient::CheckDeadlines, this);
}

void LvsWorkClient::CheckDeadlines() {
  if (m_host == nullptr) return;
  const LvsHost::Entry entry(*m_host);
  const int64_t now = LvsClock::ReadNs();
  for (; !m_timeouts.Empty() && m_timeouts.Front().due <= now; m_timeouts.Pop()) {
    if (IsLive(m_timeouts.Front())) Fail(m_timeouts.Front().flow, &LvsLoadCounters::timeouts);
  }
  for (std::size_t i = 0; i < kSynRetries; ++i) {
    for (; !m_synRetries[i].Empty() && m_synRetries[i].Front().due <= now; m_synRetries[i].Pop()) {
      const LvsLoadDeadlines::Entry retry = m_synRetries[i].Front();
      const Session& session = m_sessions[retry.flow];
      if (!IsLive(retry) || session.state != State::synSent) continue;
      ++m_counters.retransmits;
      m_sender.SendTcp(TupleOf(retry.flow), session.sent - 1, 0, Tcp::syn, 0, m_profile.GetMss());
      if (i + 1 < kSynRetries) m_synRetries[i + 1].Push({now + kSynDelays[i + 1], retry.flow, retry.request});
    }
  }
  int64_t next = INT64_MAX;
  const auto consider = [&](LvsLoadDeadlines& deadlines) {
    while (!deadlines.Empty() && !IsLive(deadlines.Front())) deadlines.Pop();
    if (!deadlines.Empty()) next = std::min(next, deadlines.Front().due);
  };
  consider(m_timeouts);
  for (LvsLoadDeadlines& deadlines : m_synRetries) consider(deadlines);
  if (next != INT64_MAX) ScheduleDeadline(next);
}

}  // namespace ns3
