// SPDX-License-Identifier: GPL-2.0-or-later
// MAC addresses, IPv4 addresses and prefixes as plain values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::base {

struct MacAddr {
  std::array<std::uint8_t, 6> bytes{};

  static constexpr MacAddr broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
  // "02:00:00:00:00:01"; nothing on any other text.
  static std::optional<MacAddr> parse(std::string_view text);
  std::string text() const;

  constexpr bool is_zero() const { return *this == MacAddr{}; }
  constexpr bool is_broadcast() const { return *this == broadcast(); }
  // Group bit: multicast and broadcast (IEEE 802).
  constexpr bool is_multicast() const { return (bytes[0] & 1) != 0; }
  friend constexpr auto operator<=>(const MacAddr&, const MacAddr&) = default;
};

// Held in host order so that prefixes and hashes are plain arithmetic.
struct Ipv4Addr {
  std::uint32_t value = 0;

  static constexpr Ipv4Addr any() { return {}; }
  static constexpr Ipv4Addr broadcast() { return {0xffffffffu}; }
  static constexpr Ipv4Addr of(unsigned a, unsigned b, unsigned c, unsigned d) {
    return {a << 24 | b << 16 | c << 8 | d};
  }
  // Dotted quad with four decimal parts, each 0-255; nothing on any other text.
  static std::optional<Ipv4Addr> parse(std::string_view text);
  std::string text() const;

  constexpr bool is_any() const { return value == 0; }
  constexpr bool is_broadcast() const { return value == 0xffffffffu; }
  constexpr bool is_multicast() const { return (value & 0xf0000000u) == 0xe0000000u; }
  constexpr bool is_loopback() const { return (value & 0xff000000u) == 0x7f000000u; }
  // 240.0.0.0/4 without the limited broadcast (kernel: ipv4_is_lbcast is apart).
  constexpr bool is_class_e() const { return (value & 0xf0000000u) == 0xf0000000u; }
  friend constexpr auto operator<=>(Ipv4Addr, Ipv4Addr) = default;
};

struct Ipv4Prefix {
  Ipv4Addr addr;        // as written: host bits may be set
  unsigned length = 0;  // 0..32

  static constexpr std::uint32_t mask_of(unsigned length) { return length == 0 ? 0u : 0xffffffffu << (32 - length); }
  // "10.0.0.0/8", or an address alone (length 32).
  static std::optional<Ipv4Prefix> parse(std::string_view text);
  std::string text() const;

  constexpr std::uint32_t mask() const { return mask_of(length); }
  constexpr Ipv4Addr network() const { return {addr.value & mask()}; }
  constexpr Ipv4Addr directed_broadcast() const { return {addr.value | ~mask()}; }
  constexpr bool contains(Ipv4Addr a) const { return ((a.value ^ addr.value) & mask()) == 0; }
  friend constexpr auto operator<=>(const Ipv4Prefix&, const Ipv4Prefix&) = default;
};

}  // namespace lvs::base

template <>
struct std::hash<lvs::base::Ipv4Addr> {
  std::size_t operator()(lvs::base::Ipv4Addr a) const noexcept { return a.value * 0x9e3779b97f4a7c15ull >> 16; }
};
