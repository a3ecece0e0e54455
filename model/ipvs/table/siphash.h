// SPDX-License-Identifier: GPL-2.0-or-later
// SipHash-1-3 (Aumasson and Bernstein 2012) of four bytes, as the kernel's hsiphash() has it on 64-bit machines.
#pragma once

#include <bit>
#include <cstdint>

namespace lvs::ipvs {

// The low half of the hash of `value`'s little-endian bytes under the key (key0, key1).
constexpr std::uint32_t hsiphash_u32(std::uint32_t value, std::uint64_t key0, std::uint64_t key1) {
  std::uint64_t v0 = 0x736f6d6570736575u ^ key0;
  std::uint64_t v1 = 0x646f72616e646f6du ^ key1;
  std::uint64_t v2 = 0x6c7967656e657261u ^ key0;
  std::uint64_t v3 = 0x7465646279746573u ^ key1;
  const auto round = [&] {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  const std::uint64_t last = std::uint64_t{4} << 56 | value;  // length and the bytes left over
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  round();
  round();
  round();
  return static_cast<std::uint32_t>(v0 ^ v1 ^ v2 ^ v3);
}

}  // namespace lvs::ipvs
