// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route/fib-table.h"

#include <algorithm>
#include <bit>

namespace lvs::host {

void FibIndex::build(std::span<const FibTable* const> tables) {
  levels_.clear();
  slots_.clear();
  runs_.clear();
  for (const FibTable* table : tables) {
    for (const auto& entry : table->entries) runs_.push_back(entry.get());
  }
  // Tables came in order of preference and their entries in the kernel's order: a stable sort keeps both.
  std::ranges::stable_sort(runs_, [](const FibEntry* a, const FibEntry* b) {
    if (a->dst.length != b->dst.length) return a->dst.length > b->dst.length;
    return a->dst.addr < b->dst.addr;
  });
  for (std::size_t begin = 0; begin < runs_.size();) {
    const unsigned length = runs_[begin]->dst.length;
    std::size_t end = begin;
    std::uint32_t networks = 0;
    for (; end < runs_.size() && runs_[end]->dst.length == length; ++end) {
      if (end == begin || runs_[end]->dst.addr != runs_[end - 1]->dst.addr) ++networks;
    }
    const std::uint32_t size = std::max(2u, std::bit_ceil(networks * 2));  // half empty: every search ends
    const Level level{.mask = base::Ipv4Prefix::mask_of(length),
                      .shift = 32u - static_cast<std::uint32_t>(std::countr_zero(size)),
                      .slot_mask = size - 1,
                      .first_slot = static_cast<std::uint32_t>(slots_.size())};
    slots_.resize(slots_.size() + size);
    for (std::size_t run = begin; run < end;) {
      const std::uint32_t network = runs_[run]->dst.addr.value;
      std::size_t next = run;
      while (next < end && runs_[next]->dst.addr.value == network) ++next;
      std::uint32_t at = hash(network) >> level.shift;
      while (slots_[level.first_slot + at].count != 0) at = (at + 1) & level.slot_mask;
      slots_[level.first_slot + at] = {network, static_cast<std::uint32_t>(run),
                                       static_cast<std::uint32_t>(next - run)};
      run = next;
    }
    levels_.push_back(level);
    begin = end;
  }
}

}  // namespace lvs::host
