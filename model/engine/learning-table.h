// SPDX-License-Identifier: GPL-2.0-or-later
// Which port of a switch a MAC address was last seen at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace lvs::engine {

// Open addressing, one cache line a lookup. An entry that is too old counts as absent and goes when the table grows.
class LearningTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;       // no such entry
  static constexpr std::uint32_t kLocal = UINT32_MAX - 1;  // an address of the switch itself
  // A storm of forged addresses costs no more memory than this; later ones are flooded.
  static constexpr std::size_t kMostAddresses = std::size_t{1} << 20;

  // `most` addresses are learned at most.
  explicit LearningTable(std::size_t most = kMostAddresses) : slots_(kFirstSize), most_(most) {}

  // Addresses are the six bytes in order as a number. Entries last seen at `oldest` or before are too old.
  std::uint32_t find(std::uint64_t address, base::Time oldest) const {
    const Slot& slot = slots_[index_of(address)];
    return slot.address == address && slot.seen > oldest ? slot.port : kNone;
  }
  // The address was seen at `port` now; a local address stays local.
  void learn(std::uint64_t address, std::uint32_t port, base::Time now, base::Time oldest) {
    Slot& slot = slots_[index_of(address)];
    if (slot.address != address) return insert(address, port, now, oldest);
    if (slot.port == kLocal) return;
    slot.port = port;
    slot.seen = now;
  }
  void add_local(std::uint64_t address);
  // Forgets what was learned at `port`.
  void flush(std::uint32_t port);

 private:
  static constexpr std::size_t kFirstSize = 64;  // a power of two, as all sizes
  // No frame with this source is learned from.
  static constexpr std::uint64_t kEmpty = 0;

  struct Slot {
    std::uint64_t address = kEmpty;
    base::Time seen = base::Time::min();
    std::uint32_t port = kNone;
  };

  // The slot of `address`, or the empty one where it belongs.
  std::size_t index_of(std::uint64_t address) const {
    std::size_t i = static_cast<std::size_t>(address * 0x9e3779b97f4a7c15ull >> 32) & (slots_.size() - 1);
    while (slots_[i].address != address && slots_[i].address != kEmpty) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  void insert(std::uint64_t address, std::uint32_t port, base::Time now, base::Time oldest);
  bool make_room(base::Time oldest);

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::size_t most_;
  base::Time full_until_ = base::Time::min();  // of `oldest`: there is no use in looking for room again before
};

}  // namespace lvs::engine
