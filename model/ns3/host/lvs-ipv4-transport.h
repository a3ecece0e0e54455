// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "host/ip/l4.h"
#include "ns3/ip-l4-protocol.h"

namespace ns3 {

class LvsIpv4L3Protocol;

/** Hands what the host delivers for one IP protocol to the IpL4Protocol of ns-3. */
class LvsIpv4Transport final : public ::lvs::host::TransportHandler {
 public:
  LvsIpv4Transport(LvsIpv4L3Protocol& ipv4, uint8_t protocol);
  /** Gives the protocol back to who had it. */
  ~LvsIpv4Transport() override;

  void deliver(::lvs::host::PacketPtr packet) override;
  void error(const ::lvs::host::Packet& packet, const std::uint8_t* quoted_ip) override;

 private:
  LvsIpv4L3Protocol& m_ipv4;
  uint8_t m_protocol;
  ::lvs::host::TransportHandler* m_before;  // who had the protocol
};

}  // namespace ns3
