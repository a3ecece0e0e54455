// SPDX-License-Identifier: GPL-2.0-or-later
// What judges read of captured frames.
#pragma once

#include <optional>

#include "base/addr.h"
#include "base/bytes.h"
#include "wire/arp.h"

namespace lvs::control {

struct TcpFrame {
  base::MacAddr to;
  base::Ipv4Addr src, dst;  // of the innermost packet
  std::uint16_t sport = 0, dport = 0;
  bool syn = false, ack = false;
};
// Nothing when it holds no TCP segment, or one that an ICMP error quotes.
std::optional<TcpFrame> tcp_in(base::ByteView frame);
std::optional<wire::Arp> arp_in(base::ByteView frame);

}  // namespace lvs::control
