// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/iptables/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/addr.h"
#include "control/words/libc-numbers.h"
#include "control/words/service-names.h"

namespace lvs::control {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::uint32_t> parse_number(const std::string& text, std::uint32_t least, std::uint32_t most) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) != 0 || text[0] == '-') return std::nullopt;
  const auto value = strtol_between(text, least, most, 0);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint16_t> parse_port(const std::string& text, std::string_view protocol) {
  if (const auto number = parse_number(text, 0, 65535)) return static_cast<std::uint16_t>(*number);
  return service_port(text, protocol);
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_mark(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto mark = parse_number(text.substr(0, slash), 0, 0xffffffffu);
  if (!mark) return std::nullopt;
  if (slash == std::string::npos) return std::pair(*mark, 0xffffffffu);
  const auto mask = parse_number(text.substr(slash + 1), 0, 0xffffffffu);
  if (!mask) return std::nullopt;
  return std::pair(*mark, *mask);
}

std::optional<std::string> parse_host_mask(const std::string& text, std::uint32_t& addr, std::uint32_t& mask) {
  const std::size_t slash = text.rfind('/');
  mask = 0xffffffffu;
  if (slash != std::string::npos) {
    const std::string behind = text.substr(slash + 1);
    if (const auto dotted = base::Ipv4Addr::parse(behind)) {
      mask = dotted->value;
    } else if (const auto length = parse_number(behind, 0, 32)) {
      mask = base::Ipv4Prefix::mask_of(*length);
    } else {
      return fmt::format("invalid mask `{}' specified", behind);
    }
  }
  addr = 0;
  if (mask == 0) return std::nullopt;  // the name is not even looked at
  const std::string name = text.substr(0, slash);
  const auto parsed = base::Ipv4Addr::parse(name);
  if (!parsed) return fmt::format("host/network `{}' not found", name);
  addr = parsed->value & mask;
  return std::nullopt;
}

}  // namespace lvs::control
