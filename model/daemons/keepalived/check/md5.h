// SPDX-License-Identifier: GPL-2.0-or-later
// MD5 (RFC 1321), for the digests of HTTP_GET.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lvs::keepalived {

class Md5 {
 public:
  void add(std::string_view bytes);
  // Of all that was added: 32 hexadecimal digits. Nothing can be added any more.
  std::string digits();

 private:
  std::array<std::uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::string rest_;  // of a block
  std::uint64_t size_ = 0;
};

}  // namespace lvs::keepalived
