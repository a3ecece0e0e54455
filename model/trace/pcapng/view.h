// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of pcapng blocks in the byte order of their section; a part of the readers.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace lvs::trace::pcapng {

inline constexpr std::size_t kFrameOfBlock = 12;  // type and length in front, length behind

inline std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

inline std::string_view text_of(base::ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Loads do not check bounds.
struct ByteOrder {
  bool swapped = false;

  std::uint16_t load16(const std::uint8_t* at) const {
    std::uint16_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap16(value) : value;
  }
  std::uint32_t load32(const std::uint8_t* at) const {
    std::uint32_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
  }
  std::uint64_t load64(const std::uint8_t* at) const {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap64(value) : value;
  }

  // Calls use(code, value) for each option; false if they do not fit into `bytes`.
  template <class Use>
  bool options(base::ByteView bytes, Use&& use) const {
    while (bytes.size() >= 4) {
      const std::uint16_t code = load16(bytes.data());
      const std::size_t length = load16(bytes.data() + 2);
      if (code == 0) return true;
      if (4 + padded(length) > bytes.size()) return false;
      use(code, bytes.subspan(4, length));
      bytes = bytes.subspan(4 + padded(length));
    }
    return bytes.empty();
  }
};

// Ticks of 10^-r or, with the high bit set, of 2^-r seconds.
inline std::int64_t nanoseconds(std::uint64_t ticks, std::uint8_t resolution) {
  if (resolution == 9) return static_cast<std::int64_t>(ticks);
  __extension__ using Wide = unsigned __int128;
  Wide ns = Wide{ticks} * 1'000'000'000u;
  if ((resolution & 0x80) != 0) return static_cast<std::int64_t>(ns >> (resolution & 0x7f));
  for (std::uint8_t i = 0; i < resolution && ns != 0; ++i) ns /= 10;
  return static_cast<std::int64_t>(ns);
}

}  // namespace lvs::trace::pcapng
