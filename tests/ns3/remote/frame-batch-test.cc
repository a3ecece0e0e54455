// SPDX-License-Identifier: GPL-2.0-or-later
// Frames that travel between processes come out as they went in.
#include "ns3/lvs-frame-batch.h"

#include <gtest/gtest.h>

#include <vector>

#include "ns3/lvs-packet.h"
#include "ns3/packet.h"

namespace ns3 {
namespace {

using Core = lvs::host::Packet;

std::vector<uint8_t> BytesOf(const Core& frame) {
  std::vector<uint8_t> bytes(frame.size());
  frame.copy_to(bytes);
  return bytes;
}

// 60 bytes of headers that count up, and a payload.
lvs::host::PacketPtr Numbered(lvs::host::Payload payload) {
  lvs::host::PacketPtr frame = Core::create();
  uint8_t* head = frame->put(60);
  for (uint8_t i = 0; i < 60; ++i) head[i] = i;
  frame->payload = std::move(payload);
  frame->has_link_header = true;
  return frame;
}

struct Taken {
  LvsFrameArrival at;
  lvs::host::PacketPtr frame;
};

std::vector<Taken> Through(const LvsFrameBatch& batch) {
  std::vector<Taken> taken;
  EXPECT_TRUE(LvsFrameBatch::ForEach(batch.GetBytes(), [&](const LvsFrameArrival& at, lvs::host::PacketPtr frame) {
    taken.push_back({at, std::move(frame)});
  }));
  return taken;
}

TEST(LvsFrameBatchTest, FramesKeepBytesWalkPlaceAndOrder) {
  LvsFrameBatch batch(4000);
  const std::vector<uint8_t> word = {1, 2, 3};
  const auto zeros = Numbered(lvs::host::Payload::zeros(1000)), bytes = Numbered(lvs::host::Payload::copy_of(word));
  bytes->walk = 77;
  ASSERT_TRUE(batch.Add({5, 1, 900}, *zeros));
  EXPECT_LT(batch.GetBytes().size(), 200u);  // zeros are no bytes
  ASSERT_TRUE(batch.Add({6, 2, 800}, *bytes));
  EXPECT_EQ(batch.GetFirst().time, 800);
  EXPECT_EQ(batch.GetFirst().node, 6u);

  const std::vector<Taken> out = Through(batch);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].at.time, 900);
  EXPECT_EQ(out[0].at.interface, 1u);
  EXPECT_EQ(BytesOf(*out[0].frame), BytesOf(*zeros));
  EXPECT_EQ(out[0].frame->walk, 0u);
  EXPECT_EQ(BytesOf(*out[1].frame), BytesOf(*bytes));
  EXPECT_EQ(out[1].frame->walk, 77u);
  EXPECT_TRUE(out[1].frame->has_link_header);
}

TEST(LvsFrameBatchTest, PacketsOfNs3SocketsKeepTheirTags) {
  Ptr<Packet> packet = Create<Packet>(100);
  packet->AddPacketTag(LvsWalkTag(9));
  const auto frame = LvsPacket::FromSend(packet, {{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}, 0x88b5);
  LvsFrameBatch batch(1900);
  ASSERT_TRUE(batch.Add({1, 0, 1}, *frame));
  const std::vector<Taken> out = Through(batch);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(BytesOf(*out[0].frame), BytesOf(*frame));
  EXPECT_EQ(out[0].frame->walk, 9u);
}

TEST(LvsFrameBatchTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  LvsFrameBatch batch(300);
  ASSERT_TRUE(batch.Add({1, 0, 1}, *Numbered(lvs::host::Payload::zeros(9))));
  const std::vector<uint8_t> many(400, 1);
  const auto large = Numbered(lvs::host::Payload::copy_of(many));
  EXPECT_FALSE(batch.Add({1, 0, 2}, *large));
  EXPECT_EQ(Through(batch).size(), 1u);
  batch.Clear();
  EXPECT_TRUE(batch.IsEmpty());
  EXPECT_FALSE(batch.Add({1, 0, 2}, *large));

  const auto segments = Numbered(lvs::host::Payload::zeros(9));
  segments->gso_size = 1448;
  EXPECT_FALSE(batch.Add({1, 0, 2}, *segments));
}

TEST(LvsFrameBatchTest, BytesThatAreNoBatchAreSaidSo) {
  LvsFrameBatch batch(300);
  ASSERT_TRUE(batch.Add({1, 0, 1}, *Numbered(lvs::host::Payload::zeros(9))));
  const auto nothing = [](const LvsFrameArrival&, lvs::host::PacketPtr) {};
  for (std::size_t size = 1; size < batch.GetBytes().size(); ++size) {
    EXPECT_FALSE(LvsFrameBatch::ForEach(batch.GetBytes().first(size), nothing)) << size;
  }
}

}  // namespace
}  // namespace ns3
