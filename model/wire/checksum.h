// SPDX-License-Identifier: GPL-2.0-or-later
// Internet checksum: RFC 1071, and its incremental update, RFC 1624 equation 3.
#pragma once

#include "base/addr.h"
#include "base/bytes.h"

namespace lvs::wire {

// A ones-complement sum of big-endian 16-bit words, not complemented. Sums add up with sum_add().
using Sum = std::uint32_t;

constexpr std::uint16_t sum_fold(Sum sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum + (sum >> 16));
}
constexpr Sum sum_add(Sum a, Sum b) {
  const Sum s = a + b;
  return s + (s < a ? 1 : 0);
}
// The sum of `bytes`; an odd last byte is padded with zero (RFC 1071).
Sum sum_bytes(base::ByteView bytes);
// The sum of a part that begins at an odd offset of the whole.
constexpr Sum sum_swap(Sum sum) {
  const std::uint16_t s = sum_fold(sum);
  return static_cast<Sum>(s >> 8 | (s & 0xff) << 8);
}
// TCP and UDP pseudo header (RFC 9293 section 3.1); `length` of the segment in bytes.
constexpr Sum sum_pseudo_header(base::Ipv4Addr src, base::Ipv4Addr dst, std::uint8_t protocol, std::uint32_t length) {
  Sum sum = (src.value >> 16) + (src.value & 0xffff) + (dst.value >> 16) + (dst.value & 0xffff);
  return sum + protocol + length;
}
// The value for a header's checksum field.
constexpr std::uint16_t checksum_of(Sum sum) { return static_cast<std::uint16_t>(~sum_fold(sum)); }

// A checksum field after a word under it has changed.
constexpr std::uint16_t checksum_update(std::uint16_t checksum, std::uint16_t from, std::uint16_t to) {
  return checksum_of(static_cast<Sum>(static_cast<std::uint16_t>(~checksum)) + static_cast<std::uint16_t>(~from) + to);
}
constexpr std::uint16_t checksum_update(std::uint16_t checksum, base::Ipv4Addr from, base::Ipv4Addr to) {
  return checksum_of(static_cast<Sum>(static_cast<std::uint16_t>(~checksum)) +
                     static_cast<std::uint16_t>(~(from.value >> 16)) + static_cast<std::uint16_t>(~from.value) +
                     (to.value >> 16) + (to.value & 0xffff));
}

}  // namespace lvs::wire
