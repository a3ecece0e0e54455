// SPDX-License-Identifier: GPL-2.0-or-later
// IPv4 header (RFC 791). Accessors over raw bytes: the caller has checked that header_size() bytes are there.
#pragma once

#include "base/addr.h"
#include "base/bytes.h"
#include "wire/checksum.h"
#include "wire/view.h"

namespace lvs::wire {

enum class IpProto : std::uint8_t { icmp = 1, ipip = 4, tcp = 6, udp = 17, gre = 47, esp = 50, ah = 51, sctp = 132 };

template <HeaderByte Byte>
struct BasicIpv4 {
  static constexpr std::size_t kMinSize = 20;
  static constexpr std::size_t kMaxSize = 60;
  static constexpr std::uint16_t kDf = 0x4000;
  static constexpr std::uint16_t kMf = 0x2000;
  static constexpr std::uint16_t kOffsetMask = 0x1fff;  // in units of eight bytes
  Byte* p;

  unsigned version() const { return p[0] >> 4; }
  unsigned header_size() const { return (p[0] & 15u) * 4; }
  std::uint8_t tos() const { return p[1]; }
  std::uint16_t total_length() const { return base::load_be16(p + 2); }
  std::uint16_t id() const { return base::load_be16(p + 4); }
  std::uint16_t fragment_field() const { return base::load_be16(p + 6); }
  bool dont_fragment() const { return (fragment_field() & kDf) != 0; }
  bool more_fragments() const { return (fragment_field() & kMf) != 0; }
  unsigned fragment_offset() const { return (fragment_field() & kOffsetMask) * 8u; }
  bool is_fragment() const { return (fragment_field() & (kMf | kOffsetMask)) != 0; }
  std::uint8_t ttl() const { return p[8]; }
  IpProto protocol() const { return static_cast<IpProto>(p[9]); }
  std::uint16_t checksum() const { return base::load_be16(p + 10); }
  base::Ipv4Addr src() const { return {base::load_be32(p + 12)}; }
  base::Ipv4Addr dst() const { return {base::load_be32(p + 16)}; }
  Byte* payload() const { return p + header_size(); }

  bool checksum_ok() const {
    if (header_size() != kMinSize) return sum_fold(sum_bytes({p, header_size()})) == 0xffff;
    // All ones in either byte order; the five words of nearly every packet, without a loop.
    std::uint32_t word[5];
    std::memcpy(word, p, sizeof word);
    const std::uint64_t sum = std::uint64_t{word[0]} + word[1] + word[2] + word[3] + word[4];
    return sum_fold(sum_add(static_cast<Sum>(sum), static_cast<Sum>(sum >> 32))) == 0xffff;
  }
};

using ConstIpv4 = BasicIpv4<const std::uint8_t>;

struct Ipv4 : BasicIpv4<std::uint8_t> {
  operator ConstIpv4() const { return {p}; }

  void set_tos(std::uint8_t v) const { p[1] = v; }
  void set_total_length(std::uint16_t v) const { base::store_be16(p + 2, v); }
  void set_id(std::uint16_t v) const { base::store_be16(p + 4, v); }
  void set_fragment_field(std::uint16_t v) const { base::store_be16(p + 6, v); }
  void set_ttl(std::uint8_t v) const { p[8] = v; }
  void set_checksum(std::uint16_t v) const { base::store_be16(p + 10, v); }
  void set_src(base::Ipv4Addr a) const { base::store_be32(p + 12, a.value); }
  void set_dst(base::Ipv4Addr a) const { base::store_be32(p + 16, a.value); }
  void refresh_checksum() const {
    set_checksum(0);
    set_checksum(checksum_of(sum_bytes({p, header_size()})));
  }
  // TTL less one, checksum mended as the kernel's ip_decrease_ttl() does.
  void decrement_ttl() const {
    std::uint32_t check = checksum() + 0x0100u;
    set_checksum(static_cast<std::uint16_t>(check + (check >= 0xffff ? 1 : 0)));
    --p[8];
  }
  // A 20-byte header; the checksum is left at zero.
  void init(std::uint8_t tos, std::uint16_t total_length, std::uint16_t id, std::uint16_t fragment_field,
            std::uint8_t ttl, IpProto protocol, base::Ipv4Addr src, base::Ipv4Addr dst) const {
    p[0] = 0x45;
    p[1] = tos;
    set_total_length(total_length);
    set_id(id);
    set_fragment_field(fragment_field);
    p[8] = ttl;
    p[9] = static_cast<std::uint8_t>(protocol);
    set_checksum(0);
    set_src(src);
    set_dst(dst);
  }
};

}  // namespace lvs::wire
