// SPDX-License-Identifier: GPL-2.0-or-later
// SipHash (Aumasson and Bernstein 2012): the kernel's siphash() is SipHash-2-4, its hsiphash() on 64-bit machines the
// low half of SipHash-1-3 (lib/siphash.c).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lvs::base {

using SipKey = std::array<std::uint64_t, 2>;

template <int kRoundsAWord, int kRoundsAtEnd>
constexpr std::uint64_t siphash_of(std::span<const std::uint8_t> bytes, const SipKey& key) {
  std::uint64_t v0 = 0x736f6d6570736575u ^ key[0], v1 = 0x646f72616e646f6du ^ key[1];
  std::uint64_t v2 = 0x6c7967656e657261u ^ key[0], v3 = 0x7465646279746573u ^ key[1];
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
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
    }
  };
  const auto take = [&](std::uint64_t word) {
    v3 ^= word;
    rounds(kRoundsAWord);
    v0 ^= word;
  };
  const auto word_at = [&](std::size_t at, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{bytes[at + i]} << 8 * i;
    return word;
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) take(word_at(at, 8));
  take(std::uint64_t{bytes.size()} << 56 | word_at(at, bytes.size() - at));
  v2 ^= 0xff;
  rounds(kRoundsAtEnd);
  return v0 ^ v1 ^ v2 ^ v3;
}

constexpr std::uint64_t siphash(std::span<const std::uint8_t> bytes, const SipKey& key) {
  return siphash_of<2, 4>(bytes, key);
}

// Of the value's four bytes, the lowest first.
constexpr std::uint32_t hsiphash_u32(std::uint32_t value, const SipKey& key) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(value >> 8 * i);
  return static_cast<std::uint32_t>(siphash_of<1, 3>(bytes, key));
}

}  // namespace lvs::base
