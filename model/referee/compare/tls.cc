// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/tls.h"

#include <cstdint>

namespace lvs::referee {

std::vector<std::pair<std::size_t, std::size_t>> drawn_by_client_hello(base::ByteView data) {
  constexpr std::size_t kRecord = 5, kHandshake = 4, kVersion = 2, kRandom = 32;
  constexpr std::uint8_t kHandshakeRecord = 22, kClientHello = 1;
  constexpr std::uint16_t kKeyShare = 51;
  std::vector<std::pair<std::size_t, std::size_t>> drawn;
  std::size_t at = kRecord + kHandshake + kVersion;
  if (data.size() < at + kRandom + 1 || data[0] != kHandshakeRecord || data[1] != 3 || data[kRecord] != kClientHello)
    return drawn;
  // The size of a field is in front of it, in one byte or two; false: it is cut off.
  std::size_t size = 0;
  const auto field = [&](std::size_t width) {
    if (at + width > data.size()) return false;
    size = width == 1 ? data[at] : base::load_be16(&data[at]);
    at += width;
    return at + size <= data.size();
  };
  drawn.emplace_back(at, kRandom);
  at += kRandom;
  if (!field(1)) return drawn;
  drawn.emplace_back(at, size);  // the session's id
  at += size;
  for (const std::size_t width : {std::size_t{2}, std::size_t{1}}) {  // ciphers, compressions
    if (!field(width)) return drawn;
    at += size;
  }
  if (!field(2)) return drawn;
  for (const std::size_t end = at + size; at + 4 <= end;) {
    const std::uint16_t type = base::load_be16(&data[at]);
    at += 2;
    if (!field(2)) return drawn;
    const std::size_t next = at + size;
    if (type == kKeyShare && field(2)) {
      while (at + 4 <= next) {
        at += 2;  // the group
        if (!field(2)) return drawn;
        drawn.emplace_back(at, size);
        at += size;
      }
    }
    at = next;
  }
  return drawn;
}

}  // namespace lvs::referee
