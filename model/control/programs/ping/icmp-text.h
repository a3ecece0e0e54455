// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP errors in ping's words.
#pragma once

#include <cstdint>
#include <string>

namespace lvs::control {

// "Destination Host Unreachable"; `info` is bytes 4 to 7 of the header.
std::string icmp_error_text(std::uint8_t type, std::uint8_t code, std::uint32_t info);

}  // namespace lvs::control
