// SPDX-License-Identifier: GPL-2.0-or-later
// The 802.1Q tag of a frame, as interfaces count it: they do not. Linux hands it to the card beside the frame
// (NETIF_F_HW_VLAN_CTAG_TX), and takes it from there.
#pragma once

#include <cstdint>

#include "host/packet/packet.h"
#include "wire/ethernet.h"

namespace lvs::host {

// Bytes of the tag; 0: there is none. The frame is at its Ethernet header.
inline std::uint32_t tag_size(Packet& frame) {
  const bool tagged =
      frame.may_pull(wire::Ethernet::kSize) && wire::ConstEthernet{frame.data()}.type() == wire::kVlanTag;
  return tagged ? static_cast<std::uint32_t>(wire::kVlanTagSize) : 0;
}

}  // namespace lvs::host
