// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/head-length.h"

#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::wire {
namespace {

constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

// Length of the headers of the IPv4 packet at `at`; kUnknown when it is malformed. `nesting` bounds IPIP and quotes.
std::size_t ipv4_length(base::ByteView frame, std::size_t at, int nesting) {
  if (frame.size() < at + Ipv4::kMinSize) return kUnknown;
  const std::uint8_t* p = frame.data() + at;
  const std::size_t header = (p[0] & 15u) * 4;
  if (p[0] >> 4 != 4 || header < Ipv4::kMinSize || frame.size() < at + header) return kUnknown;
  const std::size_t l4 = at + header;
  if ((base::load_be16(p + 6) & Ipv4::kOffsetMask) != 0) return l4;  // a later fragment carries no transport header
  switch (static_cast<IpProto>(p[9])) {
    case IpProto::tcp:
      if (frame.size() < l4 + Tcp::kMinSize) return kUnknown;
      return l4 + std::max<std::size_t>(Tcp::kMinSize, (frame[l4 + 12] >> 4) * 4u);
    case IpProto::udp: return l4 + Udp::kSize;
    case IpProto::icmp: {
      if (frame.size() < l4 + Icmp::kSize) return kUnknown;
      const std::uint8_t type = frame[l4];
      const bool error = type == Icmp::dest_unreach || type == Icmp::source_quench || type == Icmp::redirect ||
                         type == Icmp::time_exceeded || type == Icmp::parameter_problem;
      if (!error || nesting == 0) return l4 + Icmp::kSize;
      return ipv4_length(frame, l4 + Icmp::kSize, nesting - 1);
    }
    case IpProto::ipip: return nesting == 0 ? l4 : ipv4_length(frame, l4, nesting - 1);
    case IpProto::sctp: return l4 + 16;  // common header and first chunk header
    default: return l4 + 8;
  }
}

}  // namespace

std::size_t head_length(base::ByteView frame, std::size_t limit) {
  const std::size_t most = std::min(frame.size(), limit);
  if (frame.size() < Ethernet::kSize) return most;
  switch (static_cast<EtherType>(base::load_be16(frame.data() + 12))) {
    case EtherType::arp: return std::min(most, Ethernet::kSize + Arp::kSize);
    case EtherType::ipv4: return std::min(most, ipv4_length(frame, Ethernet::kSize, 2));
    default: return std::min(most, Ethernet::kSize);
  }
}

}  // namespace lvs::wire
