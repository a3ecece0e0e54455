// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/addr.h"

#include "base/numbers.h"

namespace lvs::base {
namespace {

// A decimal number of at most three digits, advancing `text` past it.
std::optional<unsigned> take_decimal(std::string_view& text, unsigned max) {
  std::string_view rest = text;
  const auto value = take_number<unsigned>(rest);
  if (!value || text.size() - rest.size() > 3 || *value > max) return std::nullopt;
  text = rest;
  return value;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<MacAddr> MacAddr::parse(std::string_view text) {
  if (text.size() != 17) return std::nullopt;
  MacAddr mac;
  for (std::size_t i = 0; i < 6; ++i) {
    if (i < 5 && text[i * 3 + 2] != ':') return std::nullopt;
    const auto byte = number<std::uint8_t>(text.substr(i * 3, 2), 16);
    if (!byte) return std::nullopt;
    mac.bytes[i] = *byte;
  }
  return mac;
}

std::string MacAddr::text() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(17);
  for (std::size_t i = 0; i < 6; ++i) {
    if (i != 0) out += ':';
    out += kHex[bytes[i] >> 4];
    out += kHex[bytes[i] & 15];
  }
  return out;
}

std::optional<Ipv4Addr> Ipv4Addr::parse(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    if (part != 0 && !take_char(text, '.')) return std::nullopt;
    const auto byte = take_decimal(text, 255);
    if (!byte) return std::nullopt;
    value = value << 8 | *byte;
  }
  if (!text.empty()) return std::nullopt;
  return Ipv4Addr{value};
}

std::string Ipv4Addr::text() const {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift != 24) out += '.';
    out += std::to_string(value >> shift & 255);
  }
  return out;
}

std::optional<Ipv4Prefix> Ipv4Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto addr = Ipv4Addr::parse(text.substr(0, slash));
  if (!addr) return std::nullopt;
  if (slash == std::string_view::npos) return Ipv4Prefix{*addr, 32};
  text.remove_prefix(slash + 1);
  const auto length = take_decimal(text, 32);
  if (!length || !text.empty()) return std::nullopt;
  return Ipv4Prefix{*addr, *length};
}

std::string Ipv4Prefix::text() const { return addr.text() + "/" + std::to_string(length); }

}  // namespace lvs::base
