// SPDX-License-Identifier: GPL-2.0-or-later
// MD5 (RFC 1321), for the digests of HTTP_GET.
#pragma once

#include <string>
#include <string_view>

namespace lvs::keepalived {

// 32 hexadecimal digits.
std::string md5_of(std::string_view bytes);

}  // namespace lvs::keepalived
