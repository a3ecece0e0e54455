// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace lvs::host {

// Routing decisions made before, by the top bits of a hash: 16 places, and more, up to 512, once decisions push each
// other out. Most hosts speak to few, and thousands of them may be in one simulation. An Entry says in `generation` of
// which tables it is.
template <class Entry>
class DecisionCache {
 public:
  // Where what hashes so is kept, whoever is there now.
  Entry& at(std::uint32_t hash) {
    if (entries_ == nullptr) entries_ = std::make_unique<Entry[]>(std::size_t{1} << kLeastBits);
    return entries_[hash >> shift_];
  }
  // Where it is to be kept from now on, in place of `other`, which at() gave and which may be gone then.
  Entry& renew(std::uint32_t hash, const Entry& other, std::uint32_t generation) {
    const unsigned bits = 32 - shift_;
    if (other.generation == generation && bits < kMostBits && ++pushed_out_ >> bits != 0) {
      --shift_;
      pushed_out_ = 0;
      entries_ = std::make_unique<Entry[]>(std::size_t{2} << bits);
    }
    return entries_[hash >> shift_];
  }

 private:
  static constexpr unsigned kLeastBits = 4, kMostBits = 9;

  std::unique_ptr<Entry[]> entries_;
  unsigned shift_ = 32 - kLeastBits;
  std::uint32_t pushed_out_ = 0;
};

}  // namespace lvs::host
