// SPDX-License-Identifier: GPL-2.0-or-later
// Where IP delivers to: transport protocols of the host, one handler an IP protocol number (kernel: struct
// net_protocol).
#pragma once

#include <cstdint>

#include "host/packet/packet.h"

namespace lvs::host {

class TransportHandler {
 public:
  virtual ~TransportHandler() = default;
  // A datagram for this host; the network and transport headers are set, data() is the IP header.
  virtual void deliver(PacketPtr packet) = 0;
  // An ICMP error (already checked) about a packet this host sent: `packet`'s transport header is the ICMP header, and
  // the quoted IP header begins at quoted_ip with at least 8 bytes behind it in the head.
  virtual void error(const Packet& packet, const std::uint8_t* quoted_ip) = 0;
  // Is there somebody here who can have sent the packet that an error quotes? Only then the error teaches the host
  // (path MTU, redirects; kernel: tcp_v4_err() and __udp4_lib_err() find a socket first).
  virtual bool knows([[maybe_unused]] const std::uint8_t* quoted_ip) const { return true; }
};

}  // namespace lvs::host
