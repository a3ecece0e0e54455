// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/learning-table.h"

#include <utility>

namespace lvs::engine {

void LearningTable::add_local(std::uint64_t address) {
  learn(address, kLocal, base::Time::max(), base::Time::min());
  slots_[index_of(address)] = {address, base::Time::max(), kLocal};
}

void LearningTable::insert(std::uint64_t address, std::uint32_t port, base::Time now, base::Time oldest) {
  if ((2 * (used_ + 1) > slots_.size() || used_ >= most_) && !make_room(oldest)) return;
  slots_[index_of(address)] = {address, now, port};
  ++used_;
}

// Drops what is too old, and grows while half of the slots are alive. False where `most_` addresses are.
bool LearningTable::make_room(base::Time oldest) {
  if (oldest < full_until_) return false;
  std::size_t alive = 0;
  for (const Slot& slot : slots_) alive += slot.address != kEmpty && slot.seen > oldest ? 1 : 0;
  if (alive >= most_) {
    full_until_ = oldest + std::chrono::seconds(1);
    return false;
  }
  const std::size_t size = 4 * (alive + 1) > slots_.size() ? 2 * slots_.size() : slots_.size();
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(size));
  used_ = 0;
  for (const Slot& slot : old) {
    if (slot.address == kEmpty || slot.seen <= oldest) continue;
    slots_[index_of(slot.address)] = slot;
    ++used_;
  }
  return true;
}

void LearningTable::flush(std::uint32_t port) {
  for (Slot& slot : slots_) {
    if (slot.address != kEmpty && slot.port == port) slot.seen = base::Time::min();
  }
}

}  // namespace lvs::engine
