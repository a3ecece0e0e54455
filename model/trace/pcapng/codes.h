// SPDX-License-Identifier: GPL-2.0-or-later
// The numbers of the pcapng format that writer and reader share.
#pragma once

#include <cstdint>

namespace lvs::trace::pcapng {

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
inline constexpr std::uint32_t kSectionBlock = 0x0a0d0d0a;  // the same in both byte orders
inline constexpr std::uint32_t kInterfaceBlock = 1, kNamesBlock = 4, kPacketBlock = 6, kJournalBlock = 9;

inline constexpr std::uint16_t kComment = 1, kCustomText = 2988, kCustomBytes = 2989;
inline constexpr std::uint16_t kHardware = 2, kSystem = 3, kApplication = 4;
inline constexpr std::uint16_t kInterfaceName = 2, kInterfaceDescription = 3, kInterfaceResolution = 9,
                               kInterfaceOffset = 14;
inline constexpr std::uint16_t kPacketFlags = 2, kPacketId = 5;
inline constexpr std::uint16_t kNameIpv4 = 1;

}  // namespace lvs::trace::pcapng
