// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/addresses.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "base/numbers.h"

namespace lvs::control {

std::optional<base::Ipv4Addr> iproute_address(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const auto number = base::c_number(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    value |= static_cast<std::uint32_t>(*number) << (24 - 8 * part);
    if (dot == std::string_view::npos) return base::Ipv4Addr{value};
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::optional<base::Ipv4Prefix> iproute_prefix(std::string_view text, bool* length_given) {
  if (length_given != nullptr) *length_given = false;
  if (text == "default" || text == "any" || text == "all") return base::Ipv4Prefix{};
  const std::size_t slash = text.find('/');
  const auto addr = iproute_address(text.substr(0, slash));
  if (!addr) return std::nullopt;
  if (slash == std::string_view::npos) return base::Ipv4Prefix{*addr, 32};
  if (length_given != nullptr) *length_given = true;
  const std::string_view rest = text.substr(slash + 1);
  if (const auto length = base::c_number(rest, 32)) return base::Ipv4Prefix{*addr, static_cast<unsigned>(*length)};
  const auto mask = base::Ipv4Addr::parse(rest);
  if (!mask) return std::nullopt;
  const auto length = static_cast<unsigned>(std::countl_one(mask->value));
  if (base::Ipv4Prefix::mask_of(length) != mask->value) return std::nullopt;
  return base::Ipv4Prefix{*addr, length};
}

std::optional<base::Ipv4Addr> inet_aton_of(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) {
      const auto rest = base::c_number(text, 0xffffffffu >> (8 * part));
      if (!rest) return std::nullopt;
      return base::Ipv4Addr{value | static_cast<std::uint32_t>(*rest)};
    }
    const auto number = base::c_number(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    value |= static_cast<std::uint32_t>(*number) << (24 - 8 * part);
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::optional<base::MacAddr> ether_aton_of(std::string_view text) {
  base::MacAddr mac;
  for (std::size_t i = 0; i < 6; ++i) {
    const std::size_t end = i == 5 ? text.size() : text.find(':');
    if (end == std::string_view::npos || end == 0 || end > 2) return std::nullopt;
    const auto value = base::number<std::uint8_t>(text.substr(0, end), 16);
    if (!value) return std::nullopt;
    mac.bytes[i] = *value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return mac;
}

std::optional<base::Ipv4Addr> host_address(std::string_view name) {
  if (name == "localhost") return base::Ipv4Addr::of(127, 0, 0, 1);
  return inet_aton_of(name);
}

}  // namespace lvs::control
