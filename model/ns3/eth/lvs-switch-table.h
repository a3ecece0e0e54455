// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace ns3 {

/**
 * Which port a MAC address was last seen at: open addressing, one cache line a lookup. Addresses are the six bytes in
 * order as a number; times are ticks. An entry that is too old counts as absent and is dropped when the table grows.
 */
class LvsSwitchTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;       ///< no such entry
  static constexpr uint32_t kLocal = UINT32_MAX - 1;  ///< an address of the switch itself

  LvsSwitchTable() : m_slots(kFirstSize) {}

  /** \returns the port of \p address, kLocal or kNone. Entries last seen at \p oldest or before are too old. */
  uint32_t Find(uint64_t address, int64_t oldest) const {
    const Slot& slot = m_slots[IndexOf(address)];
    return slot.address == address && slot.seen > oldest ? slot.port : kNone;
  }
  /** \p address was seen at \p port \p now; a local address stays local. */
  void Learn(uint64_t address, uint32_t port, int64_t now, int64_t oldest) {
    Slot& slot = m_slots[IndexOf(address)];
    if (slot.address != address) return Insert(address, port, now, oldest);
    if (slot.port == kLocal) return;
    slot.port = port;
    slot.seen = now;
  }
  void AddLocal(uint64_t address) {
    Learn(address, kLocal, INT64_MAX, INT64_MIN);
    m_slots[IndexOf(address)] = {address, INT64_MAX, kLocal};
  }
  /** Forgets what was learned at \p port. */
  void Flush(uint32_t port);

 private:
  static constexpr std::size_t kFirstSize = 64;  // a power of two, as all sizes
  // No frame with this source is learned from.
  static constexpr uint64_t kEmpty = 0;

  struct Slot {
    uint64_t address = kEmpty;
    int64_t seen = INT64_MIN;
    uint32_t port = kNone;
  };

  /** \returns the slot of \p address, or the empty one where it belongs. */
  std::size_t IndexOf(uint64_t address) const {
    std::size_t i = static_cast<std::size_t>(address * 0x9e3779b97f4a7c15ull >> 32) & (m_slots.size() - 1);
    while (m_slots[i].address != address && m_slots[i].address != kEmpty) i = (i + 1) & (m_slots.size() - 1);
    return i;
  }
  void Insert(uint64_t address, uint32_t port, int64_t now, int64_t oldest);

  std::vector<Slot> m_slots;
  std::size_t m_used = 0;
};

}  // namespace ns3
