// SPDX-License-Identifier: GPL-2.0-or-later
// TCP options that Linux reads and writes: MSS, window scale, SACK, timestamps (RFC 9293, 7323, 2018).
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "wire/tcp.h"

namespace lvs::host {

inline constexpr unsigned kTcpOptionMost = 40;
inline constexpr unsigned kTcpTimestampSize = 12;  // with the two NOPs before it

struct SackBlock {
  std::uint32_t begin = 0, end = 0;
};

struct TcpOptions {
  std::uint16_t mss = 0;  // 0: not there
  bool has_scale = false;
  std::uint8_t scale = 0;  // at most 14
  bool sack_permitted = false;
  bool has_timestamp = false;
  std::uint32_t timestamp = 0, echo = 0;
  unsigned sack_count = 0;
  std::array<SackBlock, 4> sacks{};

  // From the header of a segment that lies in memory as a whole (kernel: tcp_parse_options()). MSS, scale and the
  // permission count with a SYN only.
  static TcpOptions parse(const wire::ConstTcp& tcp);
  // Writes in the order of the kernel's tcp_options_write(); returns the size, a multiple of four.
  unsigned emit(std::uint8_t* to) const;
  unsigned size() const;
};

}  // namespace lvs::host
