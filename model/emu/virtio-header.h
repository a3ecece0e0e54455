// SPDX-License-Identifier: GPL-2.0-or-later
// struct virtio_net_hdr (include/uapi/linux/virtio_net.h): what a TAP with IFF_VNET_HDR puts before each frame.
#pragma once

#include <cstdint>

#include "host/packet/packet.h"

namespace lvs::emu {

// In the machine's byte order. (The kernel's own header is no C++.)
struct VirtioHeader {
  static constexpr std::uint8_t kNeedsChecksum = 1, kDataValid = 2;           // flags
  static constexpr std::uint8_t kGsoNone = 0, kGsoTcpV4 = 1, kGsoEcn = 0x80;  // gso_type
  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_length = 0;  // Ethernet, IP and TCP
  std::uint16_t gso_size = 0;       // bytes of data in a segment
  std::uint16_t csum_start = 0;     // from the Ethernet header
  std::uint16_t csum_offset = 0;    // from csum_start
};
inline constexpr std::size_t kVirtioHeader = 10;
static_assert(sizeof(VirtioHeader) == kVirtioHeader);

// Takes over what the header says of a frame (kernel: virtio_net_hdr_to_skb()). A partial checksum that no host of ours
// would know how to mend (of an inner packet, a fragment) is completed here. False: it contradicts the frame.
bool apply_virtio_header(const VirtioHeader& header, host::Packet& frame);

// What of a frame can be said by a header; the rest is for software to do first (kernel: virtio_net_hdr_from_skb()).
bool needs_software_segmentation(const host::Packet& frame);
VirtioHeader make_virtio_header(const host::Packet& frame);

}  // namespace lvs::emu
