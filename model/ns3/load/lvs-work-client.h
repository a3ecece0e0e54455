// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "base/rng.h"
#include "host/ip/l4.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/lvs-load-deadlines.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-sender.h"
#include "ns3/lvs-load-stats.h"
#include "ns3/lvs-work-law.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

namespace ns3 {

class LvsHost;

/**
 * \brief Clients of which each request is different: sizes, service times and gaps are drawn. LvsWorkServer is the
 * other end.
 *
 * Open loop: sessions begin at a rate, whatever has become of earlier ones. Closed loop: each user asks, waits for the
 * reply, thinks, and asks again. A session is a UDP exchange or a TCP connection of requestsPerConnection requests, the
 * next of which is sent a time to think after a reply. Client address and port are those that have rested longest. TCP
 * sends a SYN again after 1, 3 and 7 seconds and nothing else; a request without its whole reply after Timeout has
 * failed, and its session with it. Latency is from the first packet of a session, or of a later request, to the last of
 * the reply. Arrivals, sizes, demands and thinking have a stream of random numbers each.
 */
class LvsWorkClient : public Application, private ::lvs::host::TransportHandler {
 public:
  static TypeId GetTypeId();
  LvsWorkClient();
  ~LvsWorkClient() override;

  void SetProfile(const LvsLoadProfile& profile) { m_profile = profile; }
  void SetWork(LvsWork work) { m_work = std::move(work); }
  void SetRemote(Ipv4Address address, uint16_t port);
  /** Addresses of this host to send from. */
  void SetSources(std::vector<Ipv4Address> sources) { m_sourceAddresses = std::move(sources); }
  /** Requests a second, in an open loop. */
  void SetRequestRate(double rate) { m_rate = rate; }
  /** Called with every latency, ns. */
  void SetObserver(std::function<void(int64_t)> observer) { m_observer = std::move(observer); }

  const LvsLoadCounters& GetCounters() const { return m_counters; }
  const LvsLoadHistogram& GetLatency() const { return m_latency; }
  uint64_t GetOutstanding() const { return m_outstanding; }
  void ResetCounters();
  /** \returns the number of streams used: 1; the four are made of it. */
  int64_t AssignStreams(int64_t stream);

 protected:
  void DoDispose() override;

 private:
  enum class State : uint8_t { idle, synSent, open, thinking };
  struct Session {
    int64_t start = 0;      // ns, of the present request
    uint32_t request = 0;   // number of the present request
    uint32_t sent = 0;      // TCP: next sequence number of ours
    uint32_t next = 0;      // TCP: next sequence number expected of the server
    uint32_t left = 0;      // of the reply: bytes (TCP) or packets
    uint32_t unacked = 0;   // TCP: segments since the last acknowledgement
    uint32_t requests = 0;  // left in this session, the present one among them
    uint32_t user = 0;
    State state = State::idle;
  };

  void StartApplication() override;
  void StopApplication() override { m_stopped = true; }
  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) override;

  void ScheduleArrival();
  void Arrive();
  void Begin(uint32_t user);
  void Ask(uint32_t index);
  void ReceiveTcp(Session& session, uint32_t index, const ::lvs::host::Packet& packet);
  void Complete(uint32_t index);
  void Fail(uint32_t index, uint64_t LvsLoadCounters::*counter);
  void End(uint32_t index);
  void CheckDeadlines();
  void ScheduleDeadline(int64_t due);
  LvsLoadTuple TupleOf(uint32_t index) const;
  uint32_t FindSession(::lvs::base::Ipv4Addr address, uint16_t port) const;
  bool IsLive(const LvsLoadDeadlines::Entry& entry) const {
    const Session& session = m_sessions[entry.flow];
    const bool waits = session.state == State::synSent || session.state == State::open;
    return waits && session.request == entry.request;
  }

  static constexpr uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kSynRetries = 3;

  Ptr<LvsHost> m_host;
  LvsLoadProfile m_profile;
  LvsWork m_work;
  LvsLoadCounters m_counters;
  LvsLoadSender m_sender;
  LvsLoadHistogram m_latency;
  TracedCallback<Time> m_completedTrace;
  std::function<void(int64_t)> m_observer;

  Ipv4Address m_remoteAddress;
  uint16_t m_remotePort = 80;
  std::vector<Ipv4Address> m_sourceAddresses;
  double m_rate = 100;
  uint32_t m_flowCount = 48000;
  uint16_t m_firstPort = 10000;
  Time m_timeout;
  int64_t m_stream = -1;

  bool m_bound = false;
  bool m_stopped = false;
  uint8_t m_protocol = 0;
  ::lvs::base::Rng m_arrivalRng{0}, m_sizeRng{0}, m_demandRng{0}, m_thinkRng{0};
  ::lvs::base::Ipv4Addr m_remote;
  std::vector<::lvs::base::Ipv4Addr> m_sources;
  std::unordered_map<::lvs::base::Ipv4Addr, uint32_t> m_sourceIndex;
  std::vector<Session> m_sessions;
  std::deque<uint32_t> m_free;  // the one that has rested longest in front
  uint32_t m_begun = 0;
  uint64_t m_outstanding = 0;
  int64_t m_startTime = 0;
  double m_nextArrival = 0;  // ns after m_startTime
  EventId m_deadline;
  int64_t m_deadlineDue = 0;
  LvsLoadDeadlines m_timeouts;
  std::array<LvsLoadDeadlines, kSynRetries> m_synRetries;
};

}  // namespace ns3
