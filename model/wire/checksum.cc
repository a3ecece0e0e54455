// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/checksum.h"

namespace lvs::wire {

Sum sum_bytes(base::ByteView bytes) {
  // Eight bytes at a time in native order (RFC 1071 section 2: the sum is independent of byte order), swapped at the
  // end.
  std::uint64_t sum = 0;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    sum += word;
    sum += sum < word ? 1 : 0;
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, p, left);
  sum += tail;
  sum += sum < tail ? 1 : 0;
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  const std::uint16_t folded = sum_fold(static_cast<Sum>(sum));
  return std::endian::native == std::endian::little ? __builtin_bswap16(folded) : folded;
}

}  // namespace lvs::wire
