// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <memory>
#include <unordered_map>

#include "host/ip/l4.h"
#include "ns3/application.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-sender.h"
#include "ns3/lvs-load-stats.h"
#include "ns3/lvs-work-queue.h"

namespace ns3 {

class LvsHost;

/**
 * What a request of LvsWorkClient says in the first bytes of its payload, so that one generator draws for both ends and
 * the same requests come to whatever scheduler is tried.
 */
struct LvsWorkAsk {
  static constexpr uint32_t kSize = 16;
  uint32_t replyBytes = 0;
  uint64_t demand = 0;  ///< ns of service at capacity 1
  bool last = true;     ///< of its connection: the server closes

  void Write(uint8_t* bytes) const;
  /** \returns false where \p packet is too short. */
  static bool Read(const ::lvs::host::Packet& packet, std::size_t offset, LvsWorkAsk& ask);
};

/** Lengths of the packets that make a reply: of a raw one (IP lengths together) or a UDP one (payload). */
struct LvsWorkReply {
  uint32_t packets = 1;
  uint32_t bytes = 0;
  bool raw = false;
  LvsWorkReply(const LvsLoadProfile& profile, uint32_t replyBytes);
  /** \returns IP length of packet \p i. */
  uint16_t LengthOf(uint32_t i) const;
};

/**
 * \brief A server whose requests take time: they wait for its processor or share it. LvsWorkClient is the other end.
 *
 * Over TCP it keeps its connections: several requests may come on one. There is no congestion control and nothing is
 * sent again; Window segments are on their way, every second one is acknowledged.
 */
class LvsWorkServer : public Application, private ::lvs::host::TransportHandler {
 public:
  static TypeId GetTypeId();
  LvsWorkServer();
  ~LvsWorkServer() override;

  void SetProfile(const LvsLoadProfile& profile) { m_profile = profile; }
  /** Before it starts. */
  void SetProcessor(LvsWorkQueue::Discipline discipline, double capacity) {
    m_discipline = discipline;
    m_capacity = capacity;
  }
  /** The server slows, or is as fast as before, from now on. */
  void SetCapacity(double capacity);
  const LvsLoadCounters& GetCounters() const { return m_counters; }
  LvsWorkQueue::Stats GetStats() { return m_queue == nullptr ? LvsWorkQueue::Stats{} : m_queue->GetStats(); }
  std::size_t GetJobs() const { return m_queue == nullptr ? 0 : m_queue->GetJobs(); }
  void ResetCounters();

 protected:
  void DoDispose() override;

 private:
  struct Connection {
    uint32_t next = 0;      // sequence number expected of the client
    uint32_t first = 0;     // of the present reply
    uint32_t bytes = 0;     // of the present reply
    uint32_t sent = 0;      // bytes of it
    uint32_t received = 0;  // bytes of the present request
    LvsWorkAsk ask;
    bool replying = false, closed = false;
  };

  void StartApplication() override;
  void StopApplication() override;
  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet&, const std::uint8_t*) override {}

  void ReceiveTcp(const ::lvs::host::Packet& packet);
  void Work(const LvsLoadTuple& flow, const LvsWorkAsk& ask);
  void Reply(const LvsWorkJob& job);
  void SendSegments(const LvsLoadTuple& flow, Connection& connection, uint32_t most);
  static uint64_t KeyOf(const LvsLoadTuple& flow) { return uint64_t{flow.remote.value} << 16 | flow.remotePort; }

  Ptr<LvsHost> m_host;
  uint16_t m_port = 80;
  uint32_t m_window = 10;
  bool m_listening = false;
  uint8_t m_protocol = 0;
  LvsLoadProfile m_profile;
  LvsLoadCounters m_counters;
  LvsLoadSender m_sender;
  LvsWorkQueue::Discipline m_discipline = LvsWorkQueue::FIFO;
  double m_capacity = 1;
  std::unique_ptr<LvsWorkQueue> m_queue;
  std::unordered_map<uint64_t, Connection> m_connections;
};

}  // namespace ns3
