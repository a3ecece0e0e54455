// SPDX-License-Identifier: GPL-2.0-or-later
// Frames for labs to inject.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/addr.h"

namespace lvs::referee {

using Bytes = std::vector<std::uint8_t>;

struct IpFields {
  base::Ipv4Addr src, dst;
  std::uint8_t ttl = 64;
  std::uint8_t tos = 0;
  std::uint16_t id = 1;
  bool dont_fragment = false;
  std::vector<std::uint8_t> options;  // a multiple of four bytes
};

struct TcpFields {
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint8_t flags = 0;
  std::uint16_t mss = 0;  // 0: no option
};

// The transport's bytes with a right checksum.
Bytes tcp_bytes(const IpFields& ip, const TcpFields& tcp, std::string_view data);
Bytes udp_bytes(const IpFields& ip, std::uint16_t sport, std::uint16_t dport, std::string_view data, bool checksum);
Bytes echo_bytes(std::uint16_t id, std::uint16_t seq, std::string_view data);

// An ICMP error; `rest` are the four bytes after the checksum (frag_needed: the MTU).
Bytes error_bytes(std::uint8_t type, std::uint8_t code, std::uint32_t rest, std::span<const std::uint8_t> quoted);

// An IPv4 packet; with a piece of a longer payload, a fragment.
Bytes ip_bytes(const IpFields& ip, std::uint8_t protocol, std::span<const std::uint8_t> payload, unsigned offset = 0,
               bool more = false);
// The same in an Ethernet frame.
Bytes ip_frame(const base::MacAddr& dst, const base::MacAddr& src, const IpFields& ip, std::uint8_t protocol,
               std::span<const std::uint8_t> payload, unsigned offset = 0, bool more = false);
Bytes arp_frame(const base::MacAddr& dst, const base::MacAddr& sender_mac, base::Ipv4Addr sender, base::Ipv4Addr target,
                bool reply);

}  // namespace lvs::referee
