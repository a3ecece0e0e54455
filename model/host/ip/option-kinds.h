// SPDX-License-Identifier: GPL-2.0-or-later
// The first byte of IP options that the kernel reads (RFC 791, IANA "IP Option Numbers"), and the flags of a timestamp
// option.
#pragma once

#include <cstdint>

namespace lvs::host {

enum IpOption : std::uint8_t {
  kEnd = 0,
  kNoop = 1,
  kRecordRoute = 7,
  kTimestamp = 0x44,
  kCipso = 0x86,
  kLooseRoute = 0x83,
  kStrictRoute = 0x89,
  kRouterAlert = 0x94
};
enum IpTimestampFlag : std::uint8_t { kTimeOnly = 0, kTimeAndAddress = 1, kPrespecified = 3 };

}  // namespace lvs::host
