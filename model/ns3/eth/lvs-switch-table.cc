// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-switch-table.h"

#include <utility>

namespace ns3 {

void LvsSwitchTable::Insert(uint64_t address, uint32_t port, int64_t now, int64_t oldest) {
  if (2 * (m_used + 1) > m_slots.size()) {
    std::size_t alive = 0;
    for (const Slot& slot : m_slots) alive += slot.address != kEmpty && slot.seen > oldest ? 1 : 0;
    const std::size_t size = 4 * (alive + 1) > m_slots.size() ? 2 * m_slots.size() : m_slots.size();
    const std::vector<Slot> old = std::exchange(m_slots, std::vector<Slot>(size));
    m_used = 0;
    for (const Slot& slot : old) {
      if (slot.address == kEmpty || slot.seen <= oldest) continue;
      m_slots[IndexOf(slot.address)] = slot;
      ++m_used;
    }
  }
  m_slots[IndexOf(address)] = {address, now, port};
  ++m_used;
}

void LvsSwitchTable::Flush(uint32_t port) {
  for (Slot& slot : m_slots) {
    if (slot.address != kEmpty && slot.port == port) slot.seen = INT64_MIN;
  }
}

}  // namespace ns3
