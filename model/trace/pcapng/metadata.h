// SPDX-License-Identifier: GPL-2.0-or-later
// The binary option 2989 of a record's packet block: what of it is no text and no packet. Little-endian whatever the
// byte order of the file is, because tools that rewrite files do not look into it.
//
//   byte 0 version (1)   1 stage    2 verdict   3 drop    4 step, 2 bytes   6 why id, 2 bytes
//   8 host, 4 bytes     12 part, 4 bytes        16 ifindex, 4 bytes        20 flags   21 length of the hook's name
//   22 reserved, 2 bytes, 0                     24 connection, 8 bytes     32 four arguments of why, 8 bytes each
//   64 the hook's name
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "trace/event.h"

namespace lvs::trace {

inline constexpr std::size_t kMetadataSize = 64;  // without the name
inline constexpr std::uint8_t kMetadataVersion = 1;

struct Metadata {
  static constexpr std::uint8_t link_header = 1, rewritten = 2;  // of `flags`

  Stage stage{};
  Verdict verdict{};
  Drop drop{};
  std::uint16_t step = 0;
  HostId host = 0;
  PartId part = 0;
  std::uint32_t ifindex = 0;
  std::uint8_t flags = 0;
  std::uint64_t connection = 0;
  Why why;
  std::string_view hook_name;  // a view into what was decoded

  // `out` has room for kMetadataSize + 255 bytes; gives the number written.
  std::size_t encode(std::uint8_t* out) const;
  // False: not ours, or of a later version.
  bool decode(base::ByteView bytes);
};

}  // namespace lvs::trace
