// SPDX-License-Identifier: GPL-2.0-or-later
// A number for a flow: the same for both directions, never 0. Records of one connection share it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/addr.h"

namespace lvs::trace {

// For an IPVS connection the ends are the client and the virtual service, whatever the server is. Protocols without
// ports have 0 there.
constexpr std::uint64_t flow_id(std::uint8_t protocol, base::Ipv4Addr a, std::uint16_t a_port, base::Ipv4Addr b,
                                std::uint16_t b_port) {
  const std::uint64_t x = std::uint64_t{a.value} << 16 | a_port;
  const std::uint64_t y = std::uint64_t{b.value} << 16 | b_port;
  const auto mix = [](std::uint64_t v) {  // the finaliser of MurmurHash3
    v = (v ^ v >> 33) * 0xff51afd7ed558ccdULL;
    v = (v ^ v >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return v ^ v >> 33;
  };
  const std::uint64_t id = mix(mix(std::min(x, y) | std::uint64_t{protocol} << 48) + std::max(x, y));
  return id == 0 ? 1 : id;
}

}  // namespace lvs::trace
