// SPDX-License-Identifier: GPL-2.0-or-later
// Ports that IPVS treats in a way of their own.
#pragma once

#include <cstdint>

namespace lvs::ipvs {

inline constexpr std::uint16_t kFtpPort = 21, kFtpDataPort = 20;

}  // namespace lvs::ipvs
