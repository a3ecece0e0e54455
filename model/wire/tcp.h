// SPDX-License-Identifier: GPL-2.0-or-later
// TCP header (RFC 9293). Accessors over raw bytes: the caller has checked that kMinSize bytes are there.
#pragma once

#include "base/bytes.h"
#include "wire/view.h"

namespace lvs::wire {

struct TcpNames {
  enum Flag : std::uint8_t { fin = 1, syn = 2, rst = 4, psh = 8, ack = 16, urg = 32, ece = 64, cwr = 128 };
};

template <HeaderByte Byte>
struct BasicTcp {
  static constexpr std::size_t kMinSize = 20;
  static constexpr std::size_t kMaxSize = 60;
  static constexpr std::size_t kChecksumOffset = 16;
  using Flag = TcpNames::Flag;
  using enum TcpNames::Flag;
  Byte* p;

  std::uint16_t sport() const { return base::load_be16(p); }
  std::uint16_t dport() const { return base::load_be16(p + 2); }
  std::uint32_t seq() const { return base::load_be32(p + 4); }
  std::uint32_t ack_seq() const { return base::load_be32(p + 8); }
  unsigned header_size() const { return (p[12] >> 4) * 4u; }
  std::uint8_t flags() const { return p[13]; }
  bool has(Flag f) const { return (p[13] & f) != 0; }
  std::uint16_t window() const { return base::load_be16(p + 14); }
  std::uint16_t checksum() const { return base::load_be16(p + 16); }
};

using ConstTcp = BasicTcp<const std::uint8_t>;

struct Tcp : BasicTcp<std::uint8_t> {
  operator ConstTcp() const { return {p}; }

  void set_sport(std::uint16_t v) const { base::store_be16(p, v); }
  void set_dport(std::uint16_t v) const { base::store_be16(p + 2, v); }
  void set_checksum(std::uint16_t v) const { base::store_be16(p + 16, v); }
  // Header without options unless `size` says more (a multiple of 4, 20..60); checksum and options are left zero.
  void init(std::uint16_t sport, std::uint16_t dport, std::uint32_t seq_number, std::uint32_t ack_number,
            std::uint8_t flag_bits, std::uint16_t window_size, unsigned size = kMinSize) const {
    std::memset(p, 0, size);
    set_sport(sport);
    set_dport(dport);
    base::store_be32(p + 4, seq_number);
    base::store_be32(p + 8, ack_number);
    p[12] = static_cast<std::uint8_t>(size / 4 << 4);
    p[13] = flag_bits;
    base::store_be16(p + 14, window_size);
  }
};

}  // namespace lvs::wire
