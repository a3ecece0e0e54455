// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/forget-host.h"

#include <gtest/gtest.h>

#include <array>

namespace lvs::engine {
namespace {

using host::ChecksumState;
using host::PacketType;

TEST(ForgetHost, OnTheWireAFrameHasNothingOfItsHost) {
  const std::array<std::uint8_t, 60> frame{};
  host::PacketPtr packet = host::Packet::from_frame(frame);
  packet->walk = 7;
  packet->part = 8;
  packet->gso_size = 1448;
  packet->checksum = ChecksumState::partial;
  packet->mark = 1;
  packet->type = PacketType::outgoing;
  packet->ipvs_property = packet->ignore_df = packet->forwarded = packet->nf_trace = true;
  packet->reply_source_fixed = packet->frag_pmtu = true;
  packet->frag_max_size = 1420;
  forget_host(*packet);
  EXPECT_EQ(packet->mark, 0u);
  EXPECT_EQ(packet->type, PacketType::host);
  EXPECT_FALSE(packet->ipvs_property || packet->ignore_df || packet->forwarded || packet->nf_trace);
  EXPECT_FALSE(packet->reply_source_fixed || packet->frag_pmtu);
  EXPECT_EQ(packet->frag_max_size, 0u);
  // What the frame is stays.
  EXPECT_EQ(packet->walk, 7u);
  EXPECT_EQ(packet->part, 8u);
  EXPECT_EQ(packet->gso_size, 1448u);
  EXPECT_EQ(packet->checksum, ChecksumState::partial);
  EXPECT_TRUE(packet->has_link_header);
  EXPECT_EQ(packet->size(), frame.size());
}

}  // namespace
}  // namespace lvs::engine
