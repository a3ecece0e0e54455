// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP header (RFC 792). Accessors over raw bytes: the caller has checked that kSize bytes are there.
#pragma once

#include "base/bytes.h"
#include "wire/view.h"

namespace lvs::wire {

struct IcmpNames {
  enum Type : std::uint8_t {
    echo_reply = 0,
    dest_unreach = 3,
    source_quench = 4,
    redirect = 5,
    echo = 8,
    time_exceeded = 11,
    parameter_problem = 12,
    timestamp = 13,
  };
  // Codes of dest_unreach
  enum Code : std::uint8_t {
    net_unreach = 0,
    host_unreach = 1,
    prot_unreach = 2,
    port_unreach = 3,
    frag_needed = 4,
    sr_failed = 5,
    pkt_filtered = 13,
  };
};

template <HeaderByte Byte>
struct BasicIcmp {
  static constexpr std::size_t kSize = 8;
  static constexpr std::size_t kChecksumOffset = 2;
  using enum IcmpNames::Type;
  using enum IcmpNames::Code;
  Byte* p;

  std::uint8_t type() const { return p[0]; }
  std::uint8_t code() const { return p[1]; }
  std::uint16_t checksum() const { return base::load_be16(p + 2); }
  std::uint16_t echo_id() const { return base::load_be16(p + 4); }
  std::uint16_t echo_seq() const { return base::load_be16(p + 6); }
  std::uint16_t frag_mtu() const { return base::load_be16(p + 6); }
  // Kernel: icmp_is_err(): an error message quotes a packet.
  bool is_error() const {
    switch (p[0]) {
      case dest_unreach:
      case source_quench:
      case redirect:
      case time_exceeded:
      case parameter_problem: return true;
      default: return false;
    }
  }
};

using ConstIcmp = BasicIcmp<const std::uint8_t>;

struct Icmp : BasicIcmp<std::uint8_t> {
  operator ConstIcmp() const { return {p}; }

  // `rest`: bytes 4 to 7 (unused, id and sequence, gateway, or MTU).
  void init(std::uint8_t type, std::uint8_t code, std::uint32_t rest) const {
    p[0] = type;
    p[1] = code;
    base::store_be16(p + 2, 0);
    base::store_be32(p + 4, rest);
  }
  void set_checksum(std::uint16_t v) const { base::store_be16(p + 2, v); }
};

}  // namespace lvs::wire
