// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "host/ip/l4.h"
#include "ns3/application.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-sender.h"
#include "ns3/lvs-load-stats.h"

namespace ns3 {

class LvsHost;

/**
 * \brief The server of the light load generator: answers requests of LvsLoadClient on every address of its host.
 *
 * It keeps no state of connections: what it has to send follows from the segment that it receives (every second segment
 * of a reply is acknowledged by the client and releases two more; the window is Window segments). So a hundred thousand
 * flows cost no memory and no lookup. There is no congestion control and no retransmission but the SYN's: a lost
 * segment ends a request with the client's timeout. Checksums of what it receives are not looked at.
 */
class LvsLoadServer : public Application, private ::lvs::host::TransportHandler {
 public:
  static TypeId GetTypeId();
  LvsLoadServer();
  ~LvsLoadServer() override;

  void SetProfile(const LvsLoadProfile& profile) { m_profile = profile; }
  const LvsLoadProfile& GetProfile() const { return m_profile; }
  const LvsLoadCounters& GetCounters() const { return m_counters; }
  void ResetCounters() { m_counters = {}; }

 protected:
  void DoDispose() override;

 private:
  void StartApplication() override;
  void StopApplication() override;
  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) override;

  void ReceiveTcp(const ::lvs::host::Packet& packet);
  // Segments [from, to) of the reply, and the FIN if they include the last.
  void SendSegments(const LvsLoadTuple& flow, uint32_t from, uint32_t to, uint32_t ack);
  // Initial sequence number of a connection.
  static uint32_t SequenceOf(const LvsLoadTuple& flow);

  Ptr<LvsHost> m_host;
  uint16_t m_port = 80;
  uint32_t m_window = 10;
  bool m_listening = false;
  uint8_t m_protocol = 0;
  LvsLoadProfile m_profile;
  LvsLoadCounters m_counters;
  LvsLoadSender m_sender;
};

}  // namespace ns3
