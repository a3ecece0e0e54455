// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-load-client.h"

#include <algorithm>
#include <cmath>

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-host.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsLoadClient");
NS_OBJECT_ENSURE_REGISTERED(LvsLoadClient);

using ::lvs::wire::Tcp;

TypeId LvsLoadClient::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsLoadClient")
          .SetParent<Application>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsLoadClient>()
          .AddAttribute("RemoteAddress", "Where requests go: the VIP.", Ipv4AddressValue(),
                        MakeIpv4AddressAccessor(&LvsLoadClient::m_remoteAddress), MakeIpv4AddressChecker())
          .AddAttribute("RemotePort", "Port of the service.", UintegerValue(80),
                        MakeUintegerAccessor(&LvsLoadClient::m_remotePort), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("RequestRate", "Requests a second.", DoubleValue(100),
                        MakeDoubleAccessor(&LvsLoadClient::SetRequestRate, &LvsLoadClient::GetRequestRate),
                        MakeDoubleChecker<double>(0))
          .AddAttribute("Poisson", "Requests begin at random, independent of each other; else at equal distances.",
                        BooleanValue(false), MakeBooleanAccessor(&LvsLoadClient::m_poisson), MakeBooleanChecker())
          .AddAttribute("Phase", "When the first request begins, in mean distances between two.", DoubleValue(0),
                        MakeDoubleAccessor(&LvsLoadClient::m_phase), MakeDoubleChecker<double>(0))
          .AddAttribute("MaxRequests", "End after so many requests; 0: none.", UintegerValue(0),
                        MakeUintegerAccessor(&LvsLoadClient::m_maxRequests), MakeUintegerChecker<uint64_t>())
          .AddAttribute("Flows", "Pairs of a client address and port, used in turn.", UintegerValue(1000),
                        MakeUintegerAccessor(&LvsLoadClient::m_flowCount), MakeUintegerChecker<uint32_t>(1))
          .AddAttribute("FirstPort", "Lowest client port.", UintegerValue(10000),
                        MakeUintegerAccessor(&LvsLoadClient::m_firstPort), MakeUintegerChecker<uint16_t>(1))
          .AddAttribute("Timeout", "A request without its whole reply after this time has failed.",
                        TimeValue(Seconds(10)), MakeTimeAccessor(&LvsLoadClient::m_timeout), MakeTimeChecker(Time(1)))
          .AddAttribute("DontFragment", "Whether UDP datagrams forbid fragmentation (TCP always does).",
                        BooleanValue(false), MakeBooleanAccessor(&LvsLoadClient::m_dontFragment), MakeBooleanChecker())
          .AddTraceSource("Completed", "A reply is there as a whole: the time since its request began.",
                          MakeTraceSourceAccessor(&LvsLoadClient::m_completedTrace), "ns3::Time::TracedCallback");
  return tid;
}

LvsLoadClient::LvsLoadClient()
    : m_sender(m_counters),
      m_arrivalEvent(Create<LvsEvent>(&LvsLoadClient::OnArrival, this)),
      m_deadlineEvent(Create<LvsEvent>(&LvsLoadClient::OnDeadline, this)) {}

LvsLoadClient::~LvsLoadClient() {
  m_arrivalEvent->Disown();
  m_deadlineEvent->Disown();
}

void LvsLoadClient::SetRemote(Ipv4Address address, uint16_t port) {
  m_remoteAddress = address;
  m_remotePort = port;
}

void LvsLoadClient::ResetCounters() {
  m_counters = {};
  m_latency = {};
}

int64_t LvsLoadClient::AssignStreams(int64_t stream) {
  m_stream = stream;
  return 1;
}

// --- life ------------------------------------------------------------------------------------------------------------

void LvsLoadClient::StartApplication() {
  m_host = GetNode()->GetObject<LvsHost>();
  NS_ABORT_MSG_IF(m_host == nullptr, "LvsLoadClient needs an LvsHost on its node");
  ::lvs::host::Host& host = m_host->GetHost();
  m_sender.SetHost(&host);
  m_sender.SetDontFragment(m_dontFragment);
  m_remote = {m_remoteAddress.Get()};
  if (m_stream < 0) m_stream = static_cast<int64_t>(RngSeedManager::GetNextStreamIndex());
  m_rng = ::lvs::base::Rng(RngSeedManager::GetSeed() * 0x9e3779b97f4a7c15ull ^ RngSeedManager::GetRun() << 40 ^
                           static_cast<uint64_t>(m_stream));

  m_sources.clear();
  for (const Ipv4Address& address : m_sourceAddresses) m_sources.push_back({address.Get()});
  if (m_sources.empty()) {
    ::lvs::host::FlowKey key;
    key.dst = m_remote;
    m_sources.push_back(host.fib.output(key).src);
  }
  m_sourceIndex.clear();
  for (uint32_t i = 0; i < m_sources.size(); ++i) m_sourceIndex[m_sources[i]] = i;

  const auto perAddress = static_cast<uint32_t>((m_flowCount + m_sources.size() - 1) / m_sources.size());
  NS_ABORT_MSG_IF(m_firstPort + perAddress > 65536,
                  "LvsLoadClient: " << m_flowCount << " flows do not fit into the ports from " << m_firstPort << " of "
                                    << m_sources.size() << " addresses");
  m_flows.assign(m_flowCount, Flow{});
  m_protocol = m_profile.GetProtocol();
  m_running =
      m_host->GetPortDemux(m_protocol).Bind(m_firstPort, static_cast<uint16_t>(m_firstPort + perAddress - 1), *this);
  NS_ABORT_MSG_IF(!m_running, "LvsLoadClient: client ports from " << m_firstPort << " are taken");
  m_startTime = LvsClock::ReadNs();
  m_nextArrival = 0;
  m_begun = 0;
  if (m_rate > 0) ScheduleArrival();
}

void LvsLoadClient::StopApplication() {
  m_stopped = true;  // replies to requests under way are still taken
}

void LvsLoadClient::DoDispose() {
  m_arrivalEvent->Disown();
  m_deadlineEvent->Disown();
  if (m_running) m_host->GetPortDemux(m_protocol).Unbind(*this);
  m_running = false;
  m_host = nullptr;
  Application::DoDispose();
}

// --- arrivals --------------------------------------------------------------------------------------------------------

void LvsLoadClient::ScheduleArrival() {
  const double distance = 1e9 / m_rate;
  if (!m_poisson) {
    m_nextArrival = (static_cast<double>(m_begun) + m_phase) * distance;
  } else {
    m_nextArrival += -std::log1p(-m_rng.real()) * distance + (m_begun == 0 ? m_phase * distance : 0);
  }
  const int64_t at = m_startTime + std::llround(m_nextArrival);
  m_arrivalEvent->Schedule(GetNode()->GetId(), LvsClock::ToNs3(::lvs::base::Time{at - LvsClock::ReadNs()}));
}

void LvsLoadClient::OnArrival(void* self) {
  LvsLoadClient& client = *static_cast<LvsLoadClient*>(self);
  if (client.m_stopped || (client.m_maxRequests != 0 && client.m_begun >= client.m_maxRequests)) return;
  const LvsHost::Entry entry(*client.m_host);
  client.Begin();
  client.ScheduleArrival();
}

LvsLoadTuple LvsLoadClient::TupleOf(uint32_t index) const {
  const auto addresses = static_cast<uint32_t>(m_sources.size());
  return {m_sources[index % addresses], m_remote, static_cast<uint16_t>(m_firstPort + index / addresses), m_remotePort};
}

void LvsLoadClient::Begin() {
  const auto index = static_cast<uint32_t>(m_begun % m_flows.size());
  Flow& flow = m_flows[index];
  if (flow.state != State::idle) Fail(flow, &LvsLoadCounters::timeouts);
  const int64_t now = LvsClock::ReadNs();
  flow = {};
  flow.start = now;
  flow.request = static_cast<uint32_t>(++m_begun);
  ++m_outstanding;
  ++m_counters.requests;
  m_timeouts.Push({now + m_timeout.GetNanoSeconds(), index, flow.request});
  const LvsLoadTuple tuple = TupleOf(index);
  if (m_profile.GetKind() == LvsLoadProfile::TCP) {
    flow.state = State::synSent;
    flow.iss = static_cast<uint32_t>(m_rng.next());
    m_synRetries[0].Push({now + 1000000000, index, flow.request});
    m_sender.SendTcp(tuple, flow.iss, 0, Tcp::syn, 0, m_profile.GetMss());
  } else {
    flow.state = State::waiting;
    for (const uint16_t length : m_profile.GetRequestLengths()) m_sender.SendUdp(tuple, length);
  }
  ScheduleDeadline();
}

// --- replies ---------------------------------------------------------------------------------------------------------

uint32_t LvsLoadClient::FindFlow(::lvs::base::Ipv4Addr address, uint16_t port) const {
  uint32_t source = 0;
  if (m_sources.size() > 1) {
    const auto found = m_sourceIndex.find(address);
    if (found == m_sourceIndex.end()) return kNoFlow;
    source = found->second;
  } else if (m_sources.front() != address) {
    return kNoFlow;
  }
  const uint64_t index = uint64_t{static_cast<uint32_t>(port - m_firstPort)} * m_sources.size() + source;
  return index < m_flows.size() ? static_cast<uint32_t>(index) : kNoFlow;
}

void LvsLoadClient::deliver(::lvs::host::PacketPtr packet) {
  ++m_counters.rxPackets;
  m_counters.rxBytes += packet->size();
  const LvsLoadTuple tuple = LvsLoadTuple::OfReceived(*packet);
  const uint32_t index = FindFlow(tuple.local, tuple.localPort);
  if (index == kNoFlow || tuple.remote != m_remote || tuple.remotePort != m_remotePort) {
    ++m_counters.stray;
    return;
  }
  Flow& flow = m_flows[index];
  if (m_profile.GetKind() == LvsLoadProfile::TCP) return ReceiveTcp(flow, index, *packet);
  if (flow.state != State::waiting) {
    ++m_counters.stray;
    return;
  }
  if (++flow.received == m_profile.GetReplyLengths().size()) Complete(flow);
}

void LvsLoadClient::ReceiveTcp(Flow& flow, uint32_t index, const ::lvs::host::Packet& packet) {
  if (packet.transport_head_size() < Tcp::kMinSize) return;
  const ::lvs::wire::ConstTcp tcp{packet.transport()};
  const LvsLoadTuple tuple = TupleOf(index);
  if (flow.state == State::idle) {
    // The acknowledgement of our FIN is the last we hear of a connection.
    if (tcp.flags() != Tcp::ack) ++m_counters.stray;
    return;
  }
  if (tcp.has(Tcp::rst)) return Fail(flow, &LvsLoadCounters::refused);
  if (flow.state == State::synSent) {
    if ((tcp.flags() & (Tcp::syn | Tcp::ack)) != (Tcp::syn | Tcp::ack) || tcp.ack_seq() != flow.iss + 1) {
      ++m_counters.stray;
      return;
    }
    flow.state = State::established;
    flow.next = tcp.seq() + 1;
    m_sender.SendTcp(tuple, flow.iss + 1, flow.next, Tcp::ack, 0);
    return SendRequest(flow, tuple);
  }
  const uint32_t payload = packet.transport_size() - std::min(tcp.header_size(), packet.transport_size());
  if (tcp.has(Tcp::syn) || tcp.seq() != flow.next) {
    ++m_counters.stray;  // a SYN and ACK that came twice, or a segment after a lost one
    return;
  }
  const uint32_t sent = flow.iss + 1 + m_profile.GetRequestBytes();
  flow.next += payload;
  if (tcp.has(Tcp::fin)) {
    ++flow.next;
    m_sender.SendTcp(tuple, sent, flow.next, Tcp::ack, 0);
    m_sender.SendTcp(tuple, sent, flow.next, Tcp::fin | Tcp::ack, 0);
    return Complete(flow);
  }
  if (payload > 0 && (++flow.received & 1) == 0) m_sender.SendTcp(tuple, sent, flow.next, Tcp::ack, 0);
}

void LvsLoadClient::SendRequest(Flow& flow, const LvsLoadTuple& tuple) {
  const uint32_t total = m_profile.GetRequestBytes();
  for (uint32_t at = 0; at < total; at += m_profile.GetMss()) {
    const uint32_t size = std::min<uint32_t>(m_profile.GetMss(), total - at);
    const uint8_t flags = at + size == total ? Tcp::ack | Tcp::psh : Tcp::ack;
    m_sender.SendTcp(tuple, flow.iss + 1 + at, flow.next, flags, static_cast<uint16_t>(size));
  }
}

void LvsLoadClient::Complete(Flow& flow) {
  const int64_t latency = LvsClock::ReadNs() - flow.start;
  flow.state = State::idle;
  --m_outstanding;
  ++m_counters.completed;
  m_latency.Add(latency);
  if (!m_completedTrace.IsEmpty()) m_completedTrace(NanoSeconds(static_cast<uint64_t>(latency)));
}

void LvsLoadClient::Fail(Flow& flow, uint64_t LvsLoadCounters::*counter) {
  flow.state = State::idle;
  --m_outstanding;
  ++(m_counters.*counter);
}

void LvsLoadClient::error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) {
  if (packet.transport()[0] != ::lvs::wire::Icmp::dest_unreach) return;
  const ::lvs::wire::ConstIpv4 quoted{quoted_ip};
  const uint32_t index = FindFlow(quoted.src(), ::lvs::base::load_be16(quoted.payload()));
  if (index == kNoFlow || m_flows[index].state == State::idle) return;
  // Linux: fatal while a TCP connection is being set up, and for a UDP socket; later a soft error.
  if (m_flows[index].state != State::established) Fail(m_flows[index], &LvsLoadCounters::refused);
}

// --- deadlines -------------------------------------------------------------------------------------------------------

void LvsLoadClient::ScheduleDeadline() {
  int64_t next = INT64_MAX;
  const auto consider = [&](LvsLoadDeadlines& deadlines, bool synOnly) {
    while (!deadlines.Empty() &&
           (!IsLive(deadlines.Front()) || (synOnly && m_flows[deadlines.Front().flow].state != State::synSent))) {
      deadlines.Pop();
    }
    if (!deadlines.Empty()) next = std::min(next, deadlines.Front().due);
  };
  consider(m_timeouts, false);
  if (m_profile.GetKind() == LvsLoadProfile::TCP) {
    for (LvsLoadDeadlines& deadlines : m_synRetries) consider(deadlines, true);
  }
  if (next == INT64_MAX || (m_deadlineOrdered != 0 && m_deadlineOrdered <= next)) return;
  m_deadlineOrdered = next;
  m_deadlineEvent->Schedule(GetNode()->GetId(), LvsClock::ToNs3(::lvs::base::Time{next - LvsClock::ReadNs()}));
}

void LvsLoadClient::OnDeadline(void* self) {
  LvsLoadClient& client = *static_cast<LvsLoadClient*>(self);
  const int64_t now = LvsClock::ReadNs();
  if (now >= client.m_deadlineOrdered) client.m_deadlineOrdered = 0;
  const LvsHost::Entry entry(*client.m_host);
  client.CheckDeadlines();
  client.ScheduleDeadline();
}

void LvsLoadClient::CheckDeadlines() {
  const int64_t now = LvsClock::ReadNs();
  for (; !m_timeouts.Empty() && m_timeouts.Front().due <= now; m_timeouts.Pop()) {
    if (IsLive(m_timeouts.Front())) Fail(m_flows[m_timeouts.Front().flow], &LvsLoadCounters::timeouts);
  }
  for (std::size_t i = 0; i < kSynRetries; ++i) {
    for (; !m_synRetries[i].Empty() && m_synRetries[i].Front().due <= now; m_synRetries[i].Pop()) {
      const LvsLoadDeadlines::Entry entry = m_synRetries[i].Front();
      Flow& flow = m_flows[entry.flow];
      if (!IsLive(entry) || flow.state != State::synSent) continue;
      ++m_counters.retransmits;
      ++flow.retries;
      m_sender.SendTcp(TupleOf(entry.flow), flow.iss, 0, Tcp::syn, 0, m_profile.GetMss());
      if (i + 1 < kSynRetries) m_synRetries[i + 1].Push({now + (2000000000ll << i), entry.flow, entry.request});
    }
  }
}

}  // namespace ns3
