// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/upstream/limits.h"

#include <algorithm>
#include <cstdlib>

namespace lvs::nginx {
namespace {

constexpr std::uint64_t kPage = 4096, kOfItsOwn = 24;  // of the memory's allocator, a page
constexpr std::uint64_t kBucket = 128, kCount = 64;    // bytes of keys as long as an address
constexpr std::int64_t kMinute = 60'000;

std::uint64_t room(std::uint64_t bytes, std::uint64_t each) { return bytes / (kPage + kOfItsOwn) * (kPage / each); }

}  // namespace

RateZone::RateZone(std::uint64_t bytes) : most_(room(bytes, kBucket)) {}

// A clock that was set back by less than a minute has stood still.
std::uint64_t RateZone::level(const Bucket& bucket, const RateRule& rule, std::int64_t now, std::int64_t& passed) {
  constexpr std::uint64_t kRequest = 1000;
  passed = now - bucket.last;
  if (passed < -kMinute) {
    passed = 1;
  } else if (passed < 0) {
    passed = 0;
  }
  constexpr std::uint64_t kThousand = 1000;
  const std::uint64_t leaked = rule.rate * static_cast<std::uint64_t>(passed) / kThousand;
  const std::uint64_t full = bucket.excess + kRequest;
  return full > leaked ? full - leaked : 0;
}

// Up to two that are empty and old; by force the oldest, too.
void RateZone::drop_old(const RateRule& rule, std::int64_t now, bool by_force) {
  constexpr std::uint64_t kThousand = 1000;
  for (int i = by_force ? 0 : 1; i < 3 && !buckets_.empty(); ++i) {
    const Bucket& oldest = buckets_.back();
    if (oldest.held != 0) return;
    if (i != 0) {
      const std::int64_t passed = std::abs(now - oldest.last);
      if (passed < kMinute) return;
      if (oldest.excess > rule.rate * static_cast<std::uint64_t>(passed) / kThousand) return;
    }
    places_.erase(oldest.key);
    buckets_.pop_back();
  }
}

RateZone::Verdict RateZone::look(const std::string& key, const RateRule& rule, std::int64_t now, bool last,
                                 std::uint64_t& excess) {
  const auto found = places_.find(key);
  if (found != places_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    Bucket& bucket = buckets_.front();
    std::int64_t passed = 0;
    excess = level(bucket, rule, now, passed);
    if (excess > rule.burst) return Verdict::refused;
    if (!last) return ++bucket.held, Verdict::held;
    bucket.excess = excess;
    if (passed != 0) bucket.last = now;
    return Verdict::passed;
  }
  excess = 0;
  drop_old(rule, now, false);
  if (buckets_.size() >= most_) drop_old(rule, now, true);
  if (buckets_.size() >= most_) return Verdict::no_room;
  buckets_.push_front({key, 0, last ? now : 0, last ? 0U : 1U});
  places_.emplace(key, buckets_.begin());
  return last ? Verdict::passed : Verdict::held;
}

std::uint64_t RateZone::settle(const std::string& key, const RateRule& rule, std::int64_t now) {
  const auto found = places_.find(key);
  if (found == places_.end()) return 0;
  Bucket& bucket = *found->second;
  std::int64_t passed = 0;
  bucket.excess = level(bucket, rule, now, passed);
  if (passed != 0) bucket.last = now;
  --bucket.held;
  return bucket.excess;
}

void RateZone::release(const std::string& key) {
  if (const auto found = places_.find(key); found != places_.end()) --found->second->held;
}

ConnectionZone::ConnectionZone(std::uint64_t bytes) : most_(room(bytes, kCount)) {}

bool ConnectionZone::enter(const std::string& key, unsigned most) {
  const auto found = counts_.find(key);
  if (found == counts_.end()) {
    if (counts_.size() >= most_) return false;
    counts_.emplace(key, 1U);
    return true;
  }
  if (found->second >= most) return false;
  ++found->second;
  return true;
}

void ConnectionZone::leave(const std::string& key) {
  const auto found = counts_.find(key);
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

}  // namespace lvs::nginx
