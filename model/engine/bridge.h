// SPDX-License-Identifier: GPL-2.0-or-later
// What a switch makes of a frame's addresses, and the order in which it floods (kernel: net/bridge without STP).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "host/packet/packet.h"

namespace lvs::engine {

// The six bytes in order as a number.
inline std::uint64_t load_mac(const std::uint8_t* at) {
  return std::uint64_t{base::load_be16(at)} << 32 | base::load_be32(at + 2);
}

inline bool is_group(std::uint64_t address) { return (address >> 40 & 1) != 0; }

// br_handle_frame(): nothing from a group or from nobody, nothing to IEEE 802.1D's reserved addresses 01:80:C2:00:00:00
// to :0F; without STP the bridge passes BPDUs (:00) on.
inline bool is_forwarded(std::uint64_t destination, std::uint64_t source) {
  constexpr std::uint64_t kReserved = 0x0180c2000000;
  if (source == 0 || is_group(source)) return false;
  return (destination & ~std::uint64_t{0xf}) != kReserved || destination == kReserved;
}

// Out of every port but `from` that is open, newest first: br_flood() walks a list at whose head new ports are put. The
// previous port gets a copy once another is found, the last one the frame itself.
template <class Open, class Send>
void flood(std::size_t ports, std::size_t from, host::PacketPtr frame, Open open, Send send) {
  std::size_t previous = ports;
  for (std::size_t port = ports; port-- > 0;) {
    if (port == from || !open(port)) continue;
    if (previous != ports) send(previous, frame->clone());
    previous = port;
  }
  if (previous != ports) send(previous, std::move(frame));
}

}  // namespace lvs::engine
