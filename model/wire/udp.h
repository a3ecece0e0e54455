// SPDX-License-Identifier: GPL-2.0-or-later
// UDP header (RFC 768). Accessors over raw bytes: the caller has checked that kSize bytes are there.
#pragma once

#include "base/bytes.h"
#include "wire/view.h"

namespace lvs::wire {

template <HeaderByte Byte>
struct BasicUdp {
  static constexpr std::size_t kSize = 8;
  static constexpr std::size_t kChecksumOffset = 6;
  Byte* p;

  std::uint16_t sport() const { return base::load_be16(p); }
  std::uint16_t dport() const { return base::load_be16(p + 2); }
  std::uint16_t length() const { return base::load_be16(p + 4); }
  std::uint16_t checksum() const { return base::load_be16(p + 6); }
};

using ConstUdp = BasicUdp<const std::uint8_t>;

struct Udp : BasicUdp<std::uint8_t> {
  operator ConstUdp() const { return {p}; }

  void set_sport(std::uint16_t v) const { base::store_be16(p, v); }
  void set_dport(std::uint16_t v) const { base::store_be16(p + 2, v); }
  void set_checksum(std::uint16_t v) const { base::store_be16(p + 6, v); }
  void init(std::uint16_t sport, std::uint16_t dport, std::uint16_t length) const {
    set_sport(sport);
    set_dport(dport);
    base::store_be16(p + 4, length);
    set_checksum(0);
  }
};

}  // namespace lvs::wire
