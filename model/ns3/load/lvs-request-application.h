// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/lvs-load-stats.h"
#include "ns3/random-variable-stream.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"
#include "ns3/type-id.h"

namespace ns3 {

/**
 * \brief A client on ns-3's sockets: requests begin at the distances that Interval draws, each on a socket of its own,
 * whether or not earlier ones are answered.
 *
 * It shows what a real TCP does with a cluster. ns-3 finds a socket for a segment by a linear search; for thousands of
 * flows there is LvsLoadClient.
 */
class LvsRequestApplication : public Application {
 public:
  static TypeId GetTypeId();

  uint64_t GetRequests() const { return m_begun; }
  uint64_t GetCompleted() const { return m_latency.GetCount(); }
  uint64_t GetFailed() const { return m_failed; }
  const LvsLoadHistogram& GetLatency() const { return m_latency; }
  /** Fixes the random numbers. \returns the number of streams used: 1. */
  int64_t AssignStreams(int64_t stream);

 protected:
  void DoDispose() override;

 private:
  struct Request {
    Time begun;
    uint32_t missing = 0;  // of the reply
    bool sent = false;
    EventId timeout;
  };

  void StartApplication() override;
  void StopApplication() override;
  void Begin();
  void Connected(Ptr<Socket> socket);
  void Receive(Ptr<Socket> socket);
  void Lost(Ptr<Socket> socket);
  void Finish(Ptr<Socket> socket, bool complete);

  TypeId m_protocol;
  Ipv4Address m_remoteAddress;
  uint16_t m_remotePort = 80;
  uint32_t m_requestSize = 100;
  uint32_t m_replySize = 1000;
  uint64_t m_maxRequests = 0;
  Time m_timeout;
  Ptr<RandomVariableStream> m_interval;
  EventId m_next;
  std::map<Ptr<Socket>, Request> m_open;
  uint64_t m_begun = 0;
  uint64_t m_failed = 0;
  LvsLoadHistogram m_latency;
  TracedCallback<Time> m_completedTrace;
  TracedCallback<> m_failedTrace;
};

}  // namespace ns3
