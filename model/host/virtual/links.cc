// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/virtual/links.h"

#include <cstring>
#include <utility>

namespace lvs::host {

void DummyLink::transmit(PacketPtr frame) {
  host_.drop(std::move(frame), trace::Drop::consumed, trace::Stage::wire_out);
}

void VethLink::transmit(PacketPtr frame) {
  if (peer_ == nullptr || !peer_->up) {
    ++device->counters.tx_dropped;
    return host_.drop(std::move(frame), trace::Drop::dev_down, trace::Stage::wire_out);
  }
  host_.loop_frame(*peer_, std::move(frame));
}

// Kernel: vlan_sync_address(): while it is up, or just made.
std::optional<base::MacAddr> VlanLink::mac() const {
  if (device != nullptr && (device->mac_set || !device->up)) return std::nullopt;
  return below_.mac;
}

// Never more than below.
std::optional<std::uint32_t> VlanLink::mtu() const {
  if (device->mtu <= below_.mtu) return std::nullopt;
  return below_.mtu;
}

void VlanLink::transmit(PacketPtr frame) {
  constexpr std::size_t kTagSize = 4, kAddresses = 12;
  constexpr std::uint16_t kTag = 0x8100;  // IEEE 802.1Q
  std::uint8_t* const bytes = frame->push(kTagSize);
  std::memmove(bytes, bytes + kTagSize, kAddresses);
  base::store_be16(bytes + kAddresses, kTag);
  base::store_be16(bytes + kAddresses + 2, id_);
  frame->csum_start = static_cast<std::uint16_t>(frame->csum_start + kTagSize);
  host_.transmit_below(below_, std::move(frame));
}

}  // namespace lvs::host
