// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "base/bytes.h"
#include "wire/ipv4.h"

namespace lvs::trace {

inline constexpr std::uint8_t kVrrpProtocol = 112;

// An advertisement (RFC 3768, RFC 5798) as tcpdump prints it. `size`: of the message, `bytes`: what of it is here.
void vrrp_text(std::string& out, const wire::ConstIpv4& ip, base::ByteView bytes, std::size_t size, bool verbose);

}  // namespace lvs::trace
