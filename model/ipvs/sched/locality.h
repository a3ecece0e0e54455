// SPDX-License-Identifier: GPL-2.0-or-later
// What lblc and lblcr remember: which servers a destination address went to (kernel: struct ip_vs_lblc_table and
// ip_vs_lblcr_table), and how they forget.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "ipvs/sched/scheduler.h"

namespace lvs::ipvs {

// A destination that a table points to must outlive the pointer.
class DestinationRef {
 public:
  explicit DestinationRef(Destination* dest) : dest_(dest) { ++dest_->references; }
  DestinationRef(DestinationRef&& other) noexcept : dest_(std::exchange(other.dest_, nullptr)) {}
  DestinationRef& operator=(DestinationRef&& other) noexcept {
    std::swap(dest_, other.dest_);
    return *this;
  }
  ~DestinationRef() {
    if (dest_ != nullptr) --dest_->references;
  }
  Destination* get() const { return dest_; }
  Destination* operator->() const { return dest_; }

 private:
  Destination* dest_;
};

// Is it so busy that another should help (kernel: is_overloaded() of both)?
inline bool needs_help(const Destination& dest, const VirtualService& service) {
  if (dest.active_conns <= static_cast<std::uint32_t>(dest.weight)) return false;
  for (const Destination* other : service.destinations) {
    if (std::uint64_t{other->active_conns} * 2 < static_cast<std::uint64_t>(other->weight)) return true;
  }
  return false;
}

// `Entry` has members addr and last_used.
template <class Entry>
class LocalityTable {
 public:
  void start(base::Time now) { last_tick_ = now; }

  Entry* find(base::Ipv4Addr addr) {
    for (Entry& entry : bucket(addr)) {
      if (entry.addr == addr) return &entry;
    }
    return nullptr;
  }
  void insert(Entry entry) {
    ++counted_;
    bucket(entry.addr).push_back(std::move(entry));
  }
  // Without counting it out: the kernel's replacement of an entry forgets to (until 6.1.176).
  void replace(Entry& old, Entry entry) {
    ++counted_;
    old = std::move(entry);
  }

  // What the kernel's timer does once a minute, done when next somebody looks: nothing changes in between.
  void collect(base::Time now, base::Time expiration) {
    for (; last_tick_ + kInterval <= now; last_tick_ += kInterval) tick(last_tick_ + kInterval, expiration);
  }

 private:
  static constexpr unsigned kBits = 10;
  static constexpr std::size_t kBuckets = std::size_t{1} << kBits;
  static constexpr std::int64_t kMaxSize = kBuckets * 16;
  static constexpr int kTicksToFullCheck = 30;
  static constexpr base::Time kInterval = std::chrono::minutes(1);
  static constexpr base::Time kEntryTimeout = std::chrono::minutes(6);

  std::vector<Entry>& bucket(base::Ipv4Addr addr) { return buckets_[hash_32(addr.value, kBits)]; }

  void tick(base::Time now, base::Time expiration) {
    if (counter_ % kTicksToFullCheck == 0) {
      sweep(now, expiration, -1);
      counter_ = 1;
    } else if (counted_ <= kMaxSize) {
      ++counter_;
    } else {
      sweep(now, kEntryTimeout, std::min((counted_ - kMaxSize) * 4 / 3, kMaxSize / 2));
    }
  }
  // Drops entries unused for `age`, from where the last sweep ended until `goal` are gone; -1: all.
  void sweep(base::Time now, base::Time age, std::int64_t goal) {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      rover_ = (rover_ + 1) % kBuckets;
      const auto dropped = static_cast<std::int64_t>(
          std::erase_if(buckets_[rover_], [&](const Entry& entry) { return now >= entry.last_used + age; }));
      counted_ -= dropped;
      if (goal < 0) continue;
      goal -= std::min(goal, dropped);
      if (goal == 0) break;
    }
  }

  std::array<std::vector<Entry>, kBuckets> buckets_;
  std::int64_t counted_ = 0;
  std::size_t rover_ = 0;
  int counter_ = 1;
  base::Time last_tick_{};
};

}  // namespace lvs::ipvs
