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
constexpr std::size_t kBlockBytes = 64;

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

void Md5::add(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const std::string_view some = bytes.substr(0, kBlockBytes - rest_.size());
    rest_ += some;
    bytes.remove_prefix(some.size());
    if (rest_.size() < kBlockBytes) return;
    Block block{};
    for (std::size_t i = 0; i < kBlockBytes; ++i)
      block[i / 4] |= std::uint32_t{static_cast<std::uint8_t>(rest_[i])} << (i % 4 * 8);
    take_block(state_, block);
    rest_.clear();
  }
}

std::string Md5::digits() {
  std::uint64_t bits = size_ * 8;
  add("\x80");
  while (rest_.size() != kBlockBytes - 8) add(std::string_view("\0", 1));
  std::string length;
  for (int i = 0; i < 8; ++i, bits >>= 8) length += static_cast<char>(bits & 0xff);
  add(length);
  std::string digits;
  for (const std::uint32_t word : state_) {
    for (int i = 0; i < 4; ++i) digits += fmt::format("{:02x}", word >> (i * 8) & 0xff);
  }
  return digits;
}

}  // namespace lvs::keepalived
