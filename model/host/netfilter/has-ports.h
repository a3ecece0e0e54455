// SPDX-License-Identifier: GPL-2.0-or-later
// Which protocols have ports for connection tracking and NAT.
#pragma once

#include "wire/ipv4.h"

namespace lvs::host {

inline bool has_ports(std::uint8_t protocol) {
  using wire::IpProto;
  return protocol == static_cast<std::uint8_t>(IpProto::tcp) || protocol == static_cast<std::uint8_t>(IpProto::udp) ||
         protocol == static_cast<std::uint8_t>(IpProto::sctp);
}

}  // namespace lvs::host
