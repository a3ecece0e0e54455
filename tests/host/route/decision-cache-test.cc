// SPDX-License-Identifier: GPL-2.0-or-later
// The cache of routing decisions: small at first, larger once decisions push each other out.
#include "host/route/decision-cache.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace lvs::host {
namespace {

struct Entry {
  std::uint32_t generation = 0;
  std::uint32_t key = 0;
};

// Looks a key up as Fib does; true where it was known.
bool ask(DecisionCache<Entry>& cache, std::uint32_t key, std::uint32_t generation) {
  const std::uint32_t hash = key * 0x9e3779b1u;
  const Entry& known = cache.at(hash);
  if (known.generation == generation && known.key == key) return true;
  cache.renew(hash, known, generation) = {generation, key};
  return false;
}

unsigned known_of(DecisionCache<Entry>& cache, std::uint32_t keys) {
  unsigned known = 0;
  for (std::uint32_t key = 1; key <= keys; ++key) known += ask(cache, key, 1) ? 1 : 0;
  return known;
}

TEST(DecisionCache, FewAreKeptFromTheFirstTimeOn) {
  DecisionCache<Entry> cache;
  EXPECT_EQ(known_of(cache, 8), 0u);
  EXPECT_EQ(known_of(cache, 8), 8u);
}

TEST(DecisionCache, ItGrowsUntilManyAreKeptAndNoFurther) {
  DecisionCache<Entry> cache;
  for (int round = 0; round < 20; ++round) known_of(cache, 300);
  EXPECT_GT(known_of(cache, 300), 250u);
  for (int round = 0; round < 50; ++round) known_of(cache, 100'000);
  EXPECT_LE(known_of(cache, 100'000), 512u);
}

TEST(DecisionCache, WhatTheTablesNoLongerSayIsNotKnown) {
  DecisionCache<Entry> cache;
  ask(cache, 1, 1);
  EXPECT_FALSE(ask(cache, 1, 2));
  EXPECT_TRUE(ask(cache, 1, 2));
}

}  // namespace
}  // namespace lvs::host
