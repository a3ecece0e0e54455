// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/options.h"

#include <algorithm>

namespace lvs::host {

namespace {

enum Kind : std::uint8_t { kEnd = 0, kNop = 1, kMss = 2, kScale = 3, kSackPermitted = 4, kSack = 5, kTimestamp = 8 };
constexpr std::uint8_t kMostScale = 14;  // RFC 7323

}  // namespace

TcpOptions TcpOptions::parse(const wire::ConstTcp& tcp) {
  TcpOptions result;
  const std::uint8_t* at = tcp.p + wire::Tcp::kMinSize;
  const std::uint8_t* const end = tcp.p + tcp.header_size();
  const bool syn = tcp.has(wire::Tcp::syn);
  while (at < end && *at != kEnd) {
    if (*at == kNop) {
      ++at;
      continue;
    }
    if (end - at < 2 || at[1] < 2 || at[1] > end - at) break;
    const std::uint8_t size = at[1];
    switch (*at) {
      case kMss:
        if (size == 4 && syn) result.mss = base::load_be16(at + 2);
        break;
      case kScale:
        if (size == 3 && syn) {
          result.has_scale = true;
          result.scale = std::min(at[2], kMostScale);
        }
        break;
      case kSackPermitted: result.sack_permitted |= size == 2 && syn; break;
      case kTimestamp:
        if (size == 10) {
          result.has_timestamp = true;
          result.timestamp = base::load_be32(at + 2);
          result.echo = base::load_be32(at + 6);
        }
        break;
      case kSack:
        if (size < 10 || (size - 2) % 8 != 0) break;
        result.sack_count = std::min<unsigned>((size - 2u) / 8, result.sacks.size());
        for (unsigned i = 0; i < result.sack_count; ++i)
          result.sacks[i] = {base::load_be32(at + 2 + 8 * i), base::load_be32(at + 6 + 8 * i)};
        break;
      default: break;
    }
    at += size;
  }
  return result;
}

unsigned TcpOptions::size() const {
  return (mss != 0 ? 4u : 0u) +
         (has_timestamp    ? kTcpTimestampSize
          : sack_permitted ? 4u
                           : 0u) +
         (has_scale ? 4u : 0u) + (sack_count != 0 ? 4 + 8 * sack_count : 0u);
}

unsigned TcpOptions::emit(std::uint8_t* to) const {
  std::uint8_t* at = to;
  if (mss != 0) {
    at[0] = kMss;
    at[1] = 4;
    base::store_be16(at + 2, mss);
    at += 4;
  }
  if (has_timestamp) {  // the permission takes the place of its NOPs
    at[0] = sack_permitted ? std::uint8_t{kSackPermitted} : std::uint8_t{kNop};
    at[1] = sack_permitted ? std::uint8_t{2} : std::uint8_t{kNop};
    at[2] = kTimestamp;
    at[3] = 10;
    base::store_be32(at + 4, timestamp);
    base::store_be32(at + 8, echo);
    at += kTcpTimestampSize;
  } else if (sack_permitted) {
    at[0] = at[1] = kNop;
    at[2] = kSackPermitted;
    at[3] = 2;
    at += 4;
  }
  if (has_scale) {
    at[0] = kNop;
    at[1] = kScale;
    at[2] = 3;
    at[3] = scale;
    at += 4;
  }
  if (sack_count != 0) {
    at[0] = at[1] = kNop;
    at[2] = kSack;
    at[3] = static_cast<std::uint8_t>(2 + 8 * sack_count);
    at += 4;
    for (unsigned i = 0; i < sack_count; ++i, at += 8) {
      base::store_be32(at, sacks[i].begin);
      base::store_be32(at + 4, sacks[i].end);
    }
  }
  return static_cast<unsigned>(at - to);
}

}  // namespace lvs::host
