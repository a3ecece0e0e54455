// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "base/addr.h"
#include "host/host.h"
#include "host/packet/packet.h"
#include "host/route/decision-cache.h"

namespace ns3 {

struct LvsLoadCounters;

/** Two ends of a flow, as seen by who sends. */
struct LvsLoadTuple {
  ::lvs::base::Ipv4Addr local, remote;
  uint16_t localPort = 0, remotePort = 0;

  /** Of a packet delivered to this host, turned round. Its head holds the ports. */
  static LvsLoadTuple OfReceived(const ::lvs::host::Packet& packet);
};

/**
 * Makes UDP datagrams and TCP segments of zeros and sends them from a host, with valid checksums, without allocation.
 */
class LvsLoadSender {
 public:
  explicit LvsLoadSender(LvsLoadCounters& counters) : m_counters(counters) {}

  void SetHost(::lvs::host::Host* host) { m_host = host; }
  /** Whether UDP datagrams forbid fragmentation; TCP segments always do. */
  void SetDontFragment(bool on) { m_dontFragment = on; }

  /** First bytes of a payload, at most 32 and no more than there is; zeros follow. */
  using Front = std::span<const uint8_t>;
  /** \param ipLength IP total length, at least 28 */
  void SendUdp(const LvsLoadTuple& flow, uint16_t ipLength, Front front = {});
  /** \param mss with a SYN: the value of the MSS option; 0: no option */
  void SendTcp(const LvsLoadTuple& flow, uint32_t seq, uint32_t ack, uint8_t flags, uint16_t payload, uint16_t mss = 0,
               Front front = {});

 private:
  const ::lvs::host::Route& RouteOf(const LvsLoadTuple& flow);
  void Send(::lvs::host::PacketPtr packet, const LvsLoadTuple& flow);

  struct CachedRoute {
    uint32_t generation = 0;
    ::lvs::base::Ipv4Addr local, remote;
    ::lvs::host::Route route;
  };

  LvsLoadCounters& m_counters;
  ::lvs::host::Host* m_host = nullptr;
  bool m_dontFragment = false;
  ::lvs::host::DecisionCache<CachedRoute> m_routes;
};

}  // namespace ns3
