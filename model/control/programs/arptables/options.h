// SPDX-License-Identifier: GPL-2.0-or-later
// The options of arptables and how their values are written. Internal to its parser.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "control/words/libc-numbers.h"
#include "control/words/long-getopt.h"
#include "host/netfilter/arptables.h"

namespace lvs::control::arptables {

// Codes of options without a letter.
enum : int {
  kSourceMac = 2,
  kTargetMac,
  kOpcode,
  kHardwareType,
  kProtocolType,
  kProtocolLength = 8,
  kMangleSourceIp = 256,
  kMangleTargetIp,
  kMangleSourceMac,
  kMangleTargetMac,
  kMangleTarget,
};

std::vector<LongOption> base_options();
// Those of -j mangle, once it has been named.
std::vector<LongOption> mangle_options();

inline constexpr auto kOpcodes =
    std::to_array<std::string_view>({"request", "reply", "request_reverse", "reply_reverse", "drarp_request",
                                     "drarp_reply", "drarp_error", "inarp_request", "arp_nak"});

// "VALUE" or "VALUE/MASK" (get16_and_mask()).
template <class T>
bool field_of(const std::string& text, host::ArpRule::Field<T>& field, int base, long most) {
  const std::size_t slash = text.rfind('/');
  field.mask = static_cast<T>(most);
  if (slash != std::string::npos) {
    const auto mask = strtol_between(text.substr(slash + 1), 0, most, base);
    if (!mask) return false;
    field.mask = static_cast<T>(*mask);
  }
  const auto value = strtol_between(text.substr(0, slash), 0, most, base);
  if (!value) return false;
  field.value = static_cast<T>(*value);
  return true;
}

}  // namespace lvs::control::arptables
