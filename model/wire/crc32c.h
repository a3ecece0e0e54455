// SPDX-License-Identifier: GPL-2.0-or-later
// CRC32c, the checksum of SCTP (RFC 9260 appendix A), byte by byte.
#pragma once

#include <array>
#include <cstdint>

namespace lvs::wire {

class Crc32c {
 public:
  constexpr void add(std::uint8_t byte) { crc_ = crc_ >> 8 ^ kTable[(crc_ ^ byte) & 0xff]; }
  // The value; on the wire its least byte comes first.
  constexpr std::uint32_t value() const { return ~crc_; }

 private:
  static constexpr std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
      table[i] = crc;
    }
    return table;
  }();
  std::uint32_t crc_ = 0xffffffffu;
};

}  // namespace lvs::wire
