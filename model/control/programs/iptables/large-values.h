// SPDX-License-Identifier: GPL-2.0-or-later
// What the words of large-matches.cc and hashlimit.cc have in common.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/addr.h"
#include "control/programs/iptables/iptables.h"
#include "control/programs/iptables/values.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::control {

constexpr std::uint32_t kMostNumber = 0xffffffffu;

// The number of an option of a match or target; or the complaint.
template <class Number>
std::optional<std::string> number_into(Number& number, const ExtensionValue& v, std::string_view extension,
                                       std::uint32_t least, std::uint32_t most) {
  const auto value = parse_number(v.value, least, most);
  if (!value) {
    return fmt::format("{}: bad value for option \"--{}\", or out of range ({}-{}).\n", extension, v.option->name,
                       least, most);
  }
  number = static_cast<Number>(*value);
  return std::nullopt;
}

// "24" or "255.255.255.0" (xtopt_parse_plenmask()); beyond 32 the kernel's own mask of addresses is full.
inline std::optional<std::string> prefix_into(std::uint32_t& mask, const ExtensionValue& v,
                                              std::string_view extension) {
  if (const auto dotted = base::Ipv4Addr::parse(v.value)) {
    mask = dotted->value;
  } else if (const auto length = parse_number(v.value, 0, 128)) {
    mask = base::Ipv4Prefix::mask_of(std::min(*length, 32u));
  } else {
    return fmt::format("{}: bad value for option \"--{}\", neither a valid network mask nor valid CIDR (0-32).\n",
                       extension, v.option->name);
  }
  return std::nullopt;
}
inline int length_of(std::uint32_t mask) { return std::popcount(mask); }

// hashlimit.cc
std::optional<std::string> take_hashlimit(host::xt::Hashlimit& m, const ExtensionValue& v);
std::uint32_t usual_hash_expire(const host::xt::Hashlimit& m);  // ms
std::string hashlimit_text(const host::xt::Hashlimit& m);
std::string hashlimit_words(const host::xt::Hashlimit& m);

}  // namespace lvs::control
