// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/md5.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace lvs::keepalived {
namespace {

using Block = std::array<std::uint32_t, 16>;
using State = std::array<std::uint32_t, 4>;

constexpr std::array<std::array<int, 4>, 4> kShifts{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

// 2^32 times the absolute sine of 1 to 64.
const std::array<std::uint32_t, 64>& sines() {
  static const auto table = [] {
    std::array<std::uint32_t, 64> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
    return values;
  }();
  return table;
}

void take_block(State& state, const Block& block) {
  auto [a, b, c, d] = state;
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::uint32_t f = 0, word = 0;
    switch (i / 16) {
      case 0: f = (b & c) | (~b & d), word = i; break;
      case 1: f = (d & b) | (~d & c), word = (5 * i + 1) % 16; break;
      case 2: f = b ^ c ^ d, word = (3 * i + 5) % 16; break;
      default: f = c ^ (b | ~d), word = 7 * i % 16; break;
    }
    f += a + sines()[i] + block[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(f, kShifts[i / 16][i % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

}  // namespace

std::string md5_of(std::string_view bytes) {
  State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::string padded(bytes);
  padded += '\x80';
  while (padded.size() % 64 != 56) padded += '\0';
  std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int i = 0; i < 8; ++i, bits >>= 8) padded += static_cast<char>(bits & 0xff);
  for (std::size_t at = 0; at < padded.size(); at += 64) {
    Block block{};
    for (std::size_t i = 0; i < 64; ++i)
      block[i / 4] |= std::uint32_t{static_cast<std::uint8_t>(padded[at + i])} << (i % 4 * 8);
    take_block(state, block);
  }
  std::string digits;
  for (const std::uint32_t word : state) {
    for (int i = 0; i < 4; ++i) digits += fmt::format("{:02x}", word >> (i * 8) & 0xff);
  }
  return digits;
}

}  // namespace lvs::keepalived
