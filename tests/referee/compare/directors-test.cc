// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/directors.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// v: an advert, g: a gratuitous ARP, q: a question for another address, t: TCP; 1 and 2: questions of two hosts to
// this one, 3 and 4: to everybody.
std::vector<std::uint8_t> frame(char kind) {
  std::vector<std::uint8_t> bytes(60);
  const bool numbered = kind >= '1' && kind <= '4';
  const bool arp = kind == 'g' || kind == 'q' || numbered;
  if (numbered) bytes[11] = static_cast<std::uint8_t>(kind % 2 + 1);
  if (kind >= '3' && numbered) std::fill_n(bytes.begin(), 6, 0xff);
  bytes[12] = 8;
  bytes[13] = arp ? 6 : 0;
  if (!arp) {
    bytes[14] = 0x45;
    bytes[14 + 9] = kind == 'v' ? 112 : 6;
    return bytes;
  }
  const std::uint8_t header[] = {0, 1, 8, 0, 6, 4, 0, 1};
  std::copy(std::begin(header), std::end(header), bytes.begin() + 14);
  bytes[31] = 100;                    // sender 0.0.0.100
  bytes[41] = kind == 'g' ? 100 : 7;  // target
  return bytes;
}

// Letters of frames, each 10 us behind the one before; '|' is a pause of a second.
std::string settled(const std::string& letters) {
  std::vector<control::CapturedFrame> frames;
  base::Time at{};
  for (const char letter : letters) {
    at += letter == '|' ? base::Time(1s) : base::Time(10us);
    if (letter != '|') frames.push_back({.at = at, .outbound = false, .bytes = frame(letter)});
  }
  std::vector<const control::CapturedFrame*> kept;
  for (const control::CapturedFrame& each : frames) kept.push_back(&each);
  settle_directors(kept);
  std::string result;
  for (const auto* each : kept) {
    for (const char letter : {'v', 'g', 'q', 't', '1', '2', '3', '4'})
      if (each->bytes == frame(letter)) result += letter;
  }
  return result;
}

TEST(Directors, WhatTheySendWithinAMomentIsASet) {
  EXPECT_EQ(settled("vgg"), settled("gvg"));
  EXPECT_EQ(settled("gqv"), settled("vgq"));
}

TEST(Directors, NeighboursThatAskAtOnceAreASet) {
  EXPECT_EQ(settled("12"), settled("21"));
  EXPECT_NE(settled("34"), settled("43"));
  EXPECT_NE(settled("1|2"), settled("2|1"));
  EXPECT_EQ(settled("11"), "11");
}

TEST(Directors, OtherFramesKeepTheirPlaces) {
  EXPECT_NE(settled("vtg"), settled("gtv"));
  EXPECT_NE(settled("v|g"), settled("g|v"));
  EXPECT_EQ(settled("qq"), "qq");
  EXPECT_EQ(settled("tq"), "tq");
}

}  // namespace
}  // namespace lvs::referee
