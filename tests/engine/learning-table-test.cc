// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/learning-table.h"

#include <gtest/gtest.h>

#include "engine/bridge.h"

namespace lvs::engine {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kOldest = -300s;

TEST(LearningTable, KnowsWhereAnAddressWasLastSeen) {
  LearningTable table;
  EXPECT_EQ(table.find(7, kOldest), LearningTable::kNone);
  table.learn(7, 1, 0s, kOldest);
  table.learn(8, 2, 0s, kOldest);
  EXPECT_EQ(table.find(7, kOldest), 1u);
  table.learn(7, 3, 1s, kOldest);
  EXPECT_EQ(table.find(7, kOldest), 3u);
  EXPECT_EQ(table.find(8, kOldest), 2u);
}

// As has_expired() of the kernel's bridge: at updated + ageing_time it is gone.
TEST(LearningTable, ForgetsWhatIsTooOld) {
  LearningTable table;
  table.learn(7, 1, 10s, kOldest);
  EXPECT_EQ(table.find(7, 10s - 1ns), 1u);
  EXPECT_EQ(table.find(7, 10s), LearningTable::kNone);
}

TEST(LearningTable, APortThatIsFlushedHasNoAddresses) {
  LearningTable table;
  table.learn(7, 1, 0s, kOldest);
  table.learn(8, 2, 0s, kOldest);
  table.flush(1);
  EXPECT_EQ(table.find(7, kOldest), LearningTable::kNone);
  EXPECT_EQ(table.find(8, kOldest), 2u);
}

TEST(LearningTable, AnAddressOfTheSwitchIsNeverLearnedElsewhere) {
  LearningTable table;
  table.learn(7, 1, 0s, kOldest);
  table.add_local(7);
  table.learn(7, 2, 1s, kOldest);
  EXPECT_EQ(table.find(7, 1000s), LearningTable::kLocal);
}

TEST(LearningTable, GrowsAndKeepsWhatIsAlive) {
  LearningTable table;
  for (std::uint64_t i = 1; i <= 1000; ++i) table.learn(i << 8, static_cast<std::uint32_t>(i), 0s, kOldest);
  for (std::uint64_t i = 1; i <= 1000; ++i) ASSERT_EQ(table.find(i << 8, kOldest), i);
}

TEST(LearningTable, AStormOfAddressesFillsItAndAgesOut) {
  LearningTable table(100);
  for (std::uint64_t i = 1; i <= 1000; ++i) table.learn(i, 1, 0s, kOldest);
  EXPECT_EQ(table.find(100, kOldest), 1u);
  EXPECT_EQ(table.find(101, kOldest), LearningTable::kNone);
  EXPECT_EQ(table.find(1000, kOldest), LearningTable::kNone);
  // Those that are known still move.
  table.learn(100, 2, 1s, kOldest + 1s);
  EXPECT_EQ(table.find(100, kOldest + 1s), 2u);
  // When the others are too old there is room again.
  table.learn(1000, 3, 300s, 0s);
  EXPECT_EQ(table.find(1000, 0s), 3u);
  EXPECT_EQ(table.find(100, 0s), 2u);
}

TEST(LearningTable, HoldsManyAddressesAndForgetsTheOld) {
  LearningTable table;
  constexpr std::uint64_t kFirst = 0x020000000000;
  for (std::uint64_t i = 1; i <= 10000; ++i) table.learn(kFirst + i, static_cast<std::uint32_t>(i % 7), 10ns, 0ns);
  for (std::uint64_t i = 1; i <= 10000; ++i) ASSERT_EQ(table.find(kFirst + i, 0ns), i % 7);
  EXPECT_EQ(table.find(kFirst + 10001, 0ns), LearningTable::kNone);
  EXPECT_EQ(table.find(kFirst + 1, 10ns), LearningTable::kNone);
  for (std::uint64_t i = 20001; i <= 40000; ++i) table.learn(kFirst + i, 3, 20ns, 10ns);
  EXPECT_EQ(table.find(kFirst + 40000, 10ns), 3u);
  EXPECT_EQ(table.find(kFirst + 1, 0ns), LearningTable::kNone);
  table.flush(3);
  EXPECT_EQ(table.find(kFirst + 40000, 10ns), LearningTable::kNone);
}

TEST(Bridge, ForwardsWhatLinuxForwards) {
  constexpr std::uint64_t kStation = 0x020000000101, kGroup = 0x01005e000001;
  EXPECT_TRUE(is_forwarded(kStation, kStation + 1));
  EXPECT_TRUE(is_forwarded(0xffffffffffff, kStation));
  EXPECT_FALSE(is_forwarded(kStation, 0));
  EXPECT_FALSE(is_forwarded(kStation, kGroup));
  EXPECT_TRUE(is_forwarded(0x0180c2000000, kStation));  // BPDUs, without STP
  EXPECT_FALSE(is_forwarded(0x0180c2000001, kStation));
  EXPECT_FALSE(is_forwarded(0x0180c200000f, kStation));
  EXPECT_TRUE(is_forwarded(0x0180c2000010, kStation));
}

TEST(Bridge, FloodsNewestFirstAndNotBack) {
  std::vector<std::size_t> sent;
  std::vector<const host::Packet*> frames;
  std::vector<host::PacketPtr> kept;
  host::PacketPtr frame = host::Packet::create();
  const host::Packet* const original = frame.get();
  flood(
      4, 2, std::move(frame), [](std::size_t port) { return port != 1; },
      [&](std::size_t port, host::PacketPtr copy) {
        sent.push_back(port);
        frames.push_back(copy.get());
        kept.push_back(std::move(copy));
      });
  EXPECT_EQ(sent, (std::vector<std::size_t>{3, 0}));
  EXPECT_NE(frames[0], original);
  EXPECT_EQ(frames[1], original);
}

}  // namespace
}  // namespace lvs::engine
