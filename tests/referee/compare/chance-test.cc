// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/chance.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "wire/ethernet.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;
using control::CapturedFrame;

constexpr std::uint8_t kAll = 0xff;

// A frame of no known content to or from the neighbour of that number.
CapturedFrame frame_of(bool outbound, std::uint8_t neighbour, wire::EtherType type) {
  constexpr std::size_t kSize = 60, kSender = 6, kType = 12;
  constexpr std::uint8_t kOurs = 9;
  CapturedFrame frame;
  frame.outbound = outbound;
  frame.bytes.assign(kSize, 0);
  for (std::size_t i = 0; i < kSender; ++i) {
    frame.bytes[i] = neighbour == kAll && outbound ? kAll : 2;
    frame.bytes[kSender + i] = 2;
  }
  frame.bytes[kSender - 1] = outbound ? neighbour : kOurs;
  frame.bytes[2 * kSender - 1] = outbound ? kOurs : neighbour;
  frame.bytes[kType] = static_cast<std::uint8_t>(static_cast<unsigned>(type) >> 8);
  frame.bytes[kType + 1] = static_cast<std::uint8_t>(type);
  return frame;
}
CapturedFrame in(std::uint8_t from) { return frame_of(false, from, wire::EtherType::ipv4); }
CapturedFrame out(std::uint8_t to) { return frame_of(true, to, wire::EtherType::ipv4); }
CapturedFrame arp_out(std::uint8_t to) { return frame_of(true, to, wire::EtherType::arp); }

bool may_swap(CapturedFrame a, CapturedFrame b, base::Time apart = 300us) {
  a.at = 1s;
  b.at = 1s + apart;
  return Chance(true).may_overtake({&a, &b}, 0, 1);
}

// Two directors check a server at one moment: which of them is heard before a frame of ours leaves is nobody's doing.
TEST(Chance, OfTwoNeighboursWithinAMillisecond) {
  EXPECT_TRUE(may_swap(in(1), in(3)));
  EXPECT_FALSE(may_swap(in(1), in(1))) << "the order of who sent them";
  EXPECT_TRUE(may_swap(in(1), out(3)));
  EXPECT_TRUE(may_swap(in(1), arp_out(kAll))) << "a question of ours";
  EXPECT_FALSE(may_swap(in(1), out(1))) << "an answer comes behind what it answers";
  EXPECT_FALSE(may_swap(out(1), out(3))) << "our own order";
  EXPECT_TRUE(may_swap(arp_out(1), out(3))) << "an answer about our address";
  EXPECT_FALSE(may_swap(arp_out(kAll), out(3))) << "a question keeps its place";
  EXPECT_TRUE(may_swap(in(1), in(3), 999us));
  EXPECT_FALSE(may_swap(in(1), in(3), 1ms));
}

// Who overtakes, overtakes each: the question and its answer keep their order.
TEST(Chance, AllBetweenAreOvertaken) {
  std::vector<CapturedFrame> frames{in(3), arp_out(3), in(1)};
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i].at = 1s + 50us * static_cast<int>(i);
  const Chance::Frames all{&frames[0], &frames[1], &frames[2]};
  EXPECT_TRUE(Chance(true).may_overtake(all, 0, 2));
  EXPECT_FALSE(Chance(true).may_overtake(all, 0, 1));
  EXPECT_TRUE(Chance(true).comes_later(all, 0, [](std::size_t at) { return at == 2; }));
  EXPECT_FALSE(Chance(true).comes_later(all, 0, [](std::size_t at) { return at == 1; }));
  EXPECT_FALSE(Chance(true).comes_later(all, 0, [](std::size_t) { return false; }));
}

}  // namespace
}  // namespace lvs::referee
