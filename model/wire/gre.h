// SPDX-License-Identifier: GPL-2.0-or-later
// GRE header, version 0, for IPv4 inside (RFC 2784). Accessors over raw bytes: the caller has checked that kMinSize
// bytes are there.
#pragma once

#include "base/bytes.h"
#include "wire/view.h"

namespace lvs::wire {

template <HeaderByte Byte>
struct BasicGre {
  static constexpr std::size_t kMinSize = 4;
  static constexpr std::size_t kChecksumSize = 8;  // with the optional checksum
  static constexpr std::uint16_t kChecksumFlag = 0x8000;
  static constexpr std::uint16_t kIpv4 = 0x0800;
  Byte* p;

  std::uint16_t flags() const { return base::load_be16(p); }
  std::uint16_t protocol() const { return base::load_be16(p + 2); }
  std::size_t header_size() const { return (flags() & kChecksumFlag) != 0 ? kChecksumSize : kMinSize; }
};

using ConstGre = BasicGre<const std::uint8_t>;

struct Gre : BasicGre<std::uint8_t> {
  operator ConstGre() const { return {p}; }

  // Writes kChecksumSize bytes with a checksum (left zero), else kMinSize.
  void init(bool with_checksum) const {
    base::store_be16(p, with_checksum ? kChecksumFlag : std::uint16_t{0});
    base::store_be16(p + 2, kIpv4);
    if (with_checksum) base::store_be32(p + 4, 0);
  }
  void set_checksum(std::uint16_t v) const { base::store_be16(p + 4, v); }
};

}  // namespace lvs::wire
