// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/rng.h"
#include "host/ip/l4.h"
#include "ns3/application.h"
#include "ns3/ipv4-address.h"
#include "ns3/lvs-clock.h"
#include "ns3/lvs-load-deadlines.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-sender.h"
#include "ns3/lvs-load-stats.h"
#include "ns3/traced-callback.h"

namespace ns3 {

class LvsHost;

/**
 * \brief The client of the light load generator: an open loop of requests at a given rate over many flows.
 *
 * A request begins at its time whether or not earlier ones are answered. It uses the next flow: client addresses and
 * ports are taken in turn, Flows of them, so that a flow rests for Flows / RequestRate seconds between two uses. TCP
 * has real flags, sequence and acknowledgement numbers, an MSS option, a SYN that is sent again after 1, 3 and 7
 * seconds, an acknowledgement for every second segment, and the server closes. There is no congestion control, and a
 * request whose reply is not there as a whole after Timeout has failed. LvsLoadServer is the other end.
 */
class LvsLoadClient : public Application, private ::lvs::host::TransportHandler {
 public:
  static TypeId GetTypeId();
  LvsLoadClient();
  ~LvsLoadClient() override;

  /** When requests begin (attribute Poisson). */
  enum Arrival {
    EXACT,    ///< at equal distances
    POISSON,  ///< at random, independent of each other
  };

  void SetProfile(const LvsLoadProfile& profile) { m_profile = profile; }
  const LvsLoadProfile& GetProfile() const { return m_profile; }
  /** Where requests go. */
  void SetRemote(Ipv4Address address, uint16_t port);
  /** Addresses of this host to send from, in turn; none: the one that routing chooses. */
  void SetSources(std::vector<Ipv4Address> sources) { m_sourceAddresses = std::move(sources); }
  /** Requests a second. */
  void SetRequestRate(double rate) { m_rate = rate; }
  double GetRequestRate() const { return m_rate; }
  /** Sets the request rate by IP bytes a second, counted in both directions. */
  void SetByteRate(double bytes) { m_rate = bytes / static_cast<double>(m_profile.GetExchangeBytes()); }

  const LvsLoadCounters& GetCounters() const { return m_counters; }
  const LvsLoadHistogram& GetLatency() const { return m_latency; }
  /** \returns requests that have neither been completed nor failed. */
  uint64_t GetOutstanding() const { return m_outstanding; }
  /** Sets counters and latencies to zero; requests under way go on. */
  void ResetCounters();
  /** Fixes the random numbers. \returns the number of streams used: 1. */
  int64_t AssignStreams(int64_t stream);

 protected:
  void DoDispose() override;

 private:
  enum class State : uint8_t { idle, synSent, established, waiting };

  struct Flow {
    int64_t start = 0;      // ns
    uint32_t request = 0;   // number of the request that uses it
    uint32_t iss = 0;       // TCP: our first sequence number
    uint32_t next = 0;      // TCP: next sequence number expected of the server
    uint32_t received = 0;  // datagrams, or segments since the last acknowledgement
    State state = State::idle;
    uint8_t retries = 0;
  };

  void StartApplication() override;
  void StopApplication() override;
  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) override;

  static void OnArrival(void* self);
  static void OnDeadline(void* self);
  void ScheduleArrival();
  void ScheduleDeadline();
  void CheckDeadlines();
  void Begin();
  void ReceiveTcp(Flow& flow, uint32_t index, const ::lvs::host::Packet& packet);
  void SendRequest(Flow& flow, const LvsLoadTuple& tuple);
  void Complete(Flow& flow);
  void Fail(Flow& flow, uint64_t LvsLoadCounters::*counter);
  LvsLoadTuple TupleOf(uint32_t index) const;
  // The flow that a packet to (address, port) belongs to; kNoFlow if none does.
  uint32_t FindFlow(::lvs::base::Ipv4Addr address, uint16_t port) const;
  bool IsLive(const LvsLoadDeadlines::Entry& entry) const {
    const Flow& flow = m_flows[entry.flow];
    return flow.state != State::idle && flow.request == entry.request;
  }

  static constexpr uint32_t kNoFlow = 0xffffffff;
  static constexpr std::size_t kSynRetries = 3;

  Ptr<LvsHost> m_host;
  LvsLoadProfile m_profile;
  LvsLoadCounters m_counters;
  LvsLoadSender m_sender;
  LvsLoadHistogram m_latency;
  TracedCallback<Time> m_completedTrace;

  Ipv4Address m_remoteAddress;
  uint16_t m_remotePort = 80;
  std::vector<Ipv4Address> m_sourceAddresses;
  bool m_poisson = false;
  double m_rate = 100;
  double m_phase = 0;
  uint64_t m_maxRequests = 0;
  uint32_t m_flowCount = 1000;
  uint16_t m_firstPort = 10000;
  Time m_timeout;
  int64_t m_stream = -1;
  bool m_dontFragment = false;

  bool m_running = false;
  bool m_stopped = false;
  uint8_t m_protocol = 0;
  ::lvs::base::Rng m_rng{0};
  ::lvs::base::Ipv4Addr m_remote;
  std::vector<::lvs::base::Ipv4Addr> m_sources;
  std::unordered_map<::lvs::base::Ipv4Addr, uint32_t> m_sourceIndex;
  std::vector<Flow> m_flows;
  uint64_t m_begun = 0;
  uint64_t m_outstanding = 0;
  int64_t m_startTime = 0;   // ns
  double m_nextArrival = 0;  // ns after m_startTime
  Ptr<LvsEvent> m_arrivalEvent;
  Ptr<LvsEvent> m_deadlineEvent;
  int64_t m_deadlineOrdered = 0;  // ns; 0: none
  LvsLoadDeadlines m_timeouts;
  std::array<LvsLoadDeadlines, kSynRetries> m_synRetries;
};

}  // namespace ns3
