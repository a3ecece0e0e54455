// SPDX-License-Identifier: GPL-2.0-or-later
// Between core packets and ns3::Packets: bytes, tags, uid and zero-filled payload survive both ways.
#include <gmock/gmock.h>

#include <sstream>

#include "eth-fixture.h"
#include "ns3/ethernet-header.h"
#include "ns3/flow-id-tag.h"
#include "ns3/ipv4-header.h"
#include "ns3/socket.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-winscale.h"
#include "ns3/udp-header.h"

namespace ns3 {
namespace {

using lvs::host::ChecksumState;
using lvs::host::PacketPtr;
using lvs::host::Payload;

Ptr<Packet> MakeIp(Ptr<Packet> packet, uint8_t protocol) {
  Ipv4Header ip;
  ip.EnableChecksum();
  ip.SetSource("10.0.0.1");
  ip.SetDestination("10.0.0.2");
  ip.SetProtocol(protocol);
  ip.SetTtl(64);
  ip.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
  packet->AddHeader(ip);
  return packet;
}

Ptr<Packet> MakeTcp(uint32_t payload) {
  Ptr<Packet> packet = Create<Packet>(payload);
  TcpHeader tcp;
  tcp.SetSourcePort(1000);
  tcp.SetDestinationPort(80);
  tcp.SetFlags(TcpHeader::SYN);
  tcp.AppendOption(CreateObject<TcpOptionWinScale>());
  packet->AddHeader(tcp);
  return MakeIp(packet, 6);
}

Ptr<Packet> WithLink(Ptr<Packet> packet) {
  EthernetHeader link(false);
  link.SetSource(MakeAddress(1));
  link.SetDestination(MakeAddress(2));
  link.SetLengthType(0x0800);
  packet->AddHeader(link);
  return packet;
}

TEST(LvsPacket, FrameSplitsAfterItsHeaders) {
  Ptr<Packet> frame = WithLink(MakeTcp(1000));
  const PacketPtr core = LvsPacket::FromFrame(frame);
  EXPECT_EQ(core->head_size(), 14u + 20u + 24u);
  EXPECT_EQ(core->size(), frame->GetSize());
  EXPECT_TRUE(core->has_link_header);
  EXPECT_EQ(BytesOf(*core), BytesOf(*frame));
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*core)), BytesOf(*frame));
}

TEST(LvsPacket, IpPacketSplitsAlikeAndHasRoomInFront) {
  Ptr<Packet> packet = MakeTcp(1000);
  const PacketPtr core = LvsPacket::FromIp(packet);
  EXPECT_EQ(core->head_size(), 20u + 24u);
  EXPECT_FALSE(core->has_link_header);
  EXPECT_EQ(core->ip().p, core->data());
  EXPECT_EQ(BytesOf(*core), BytesOf(*packet));
  core->push(14);
  EXPECT_EQ(core->size(), packet->GetSize() + 14);
}

TEST(LvsPacket, HeaderApartFromTheRestGivesTheSame) {
  Ptr<Packet> packet = MakeTcp(1000);
  const std::vector<uint8_t> bytes = BytesOf(*packet);
  const PacketPtr core = LvsPacket::FromIp({bytes.data(), 20}, packet->CreateFragment(20, packet->GetSize() - 20));
  EXPECT_EQ(core->head_size(), 20u + 24u);
  EXPECT_EQ(BytesOf(*core), bytes);
}

TEST(LvsPacket, EmptyPacket) {
  const PacketPtr core = LvsPacket::FromFrame(Create<Packet>());
  EXPECT_EQ(core->size(), 0u);
  EXPECT_EQ(LvsPacket::ToNs3(*core)->GetSize(), 0u);
  EXPECT_EQ(LvsPacket::FromIp(Create<Packet>())->size(), 0u);
}

TEST(LvsPacket, AnyBytesConvert) {
  for (uint32_t size = 0; size < 400; ++size) {
    std::vector<uint8_t> bytes(size);
    for (uint32_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + size);
    if (size > 14) {
      bytes[12] = 8;
      bytes[13] = 0;
      bytes[14] = 0x4f;
    }
    Ptr<Packet> frame = Create<Packet>(bytes.data(), size);
    const PacketPtr core = LvsPacket::FromFrame(frame);
    ASSERT_EQ(BytesOf(*core), bytes);
    ASSERT_EQ(BytesOf(*LvsPacket::ToNs3(*core)), bytes);
    ASSERT_EQ(BytesOf(*LvsPacket::FromIp(frame)), bytes);
    std::ostringstream text;
    LvsPacket::Print(text, frame);
  }
}

TEST(LvsPacket, TagsUidAndZeroBytesSurvive) {
  Ptr<Packet> packet = MakeTcp(1000000);
  packet->AddPacketTag(FlowIdTag(5));
  packet->AddByteTag(FlowIdTag(6));
  const PacketPtr core = LvsPacket::FromIp(packet);
  EXPECT_EQ(core->head_size() + core->payload.size(), packet->GetSize());
  core->ip().p[8] = 63;
  Ptr<Packet> back = LvsPacket::ToNs3(*core);
  EXPECT_EQ(back->GetUid(), packet->GetUid());
  FlowIdTag tag;
  ASSERT_TRUE(back->PeekPacketTag(tag));
  EXPECT_EQ(tag.GetFlowId(), 5u);
  ASSERT_TRUE(back->FindFirstMatchingByteTag(tag));
  EXPECT_EQ(tag.GetFlowId(), 6u);
  // A million zero bytes that nobody allocated.
  EXPECT_LT(back->GetSerializedSize(), 1000u);
  Ipv4Header ip;
  back->PeekHeader(ip);
  EXPECT_EQ(ip.GetTtl(), 63);
}

TEST(LvsPacket, PacketWithoutPayloadKeepsItsTagsToo) {
  Ptr<Packet> packet = MakeTcp(0);
  packet->AddPacketTag(FlowIdTag(5));
  packet->AddByteTag(FlowIdTag(6));
  const PacketPtr core = LvsPacket::FromIp(packet);
  ASSERT_TRUE(core->payload.empty());
  const PacketPtr copy = core->clone();
  for (uint32_t offset : {0u, 20u}) {
    Ptr<Packet> back = LvsPacket::ToNs3(*copy, offset);
    EXPECT_EQ(back->GetSize(), packet->GetSize() - offset);
    EXPECT_EQ(back->GetUid(), packet->GetUid());
    FlowIdTag tag;
    ASSERT_TRUE(back->PeekPacketTag(tag));
    EXPECT_EQ(tag.GetFlowId(), 5u);
    ASSERT_TRUE(back->FindFirstMatchingByteTag(tag));
    EXPECT_EQ(tag.GetFlowId(), 6u);
  }
}

TEST(LvsPacket, WalkTravelsAsATag) {
  const PacketPtr core = LvsPacket::FromIp(MakeTcp(100));
  EXPECT_EQ(core->walk, 0u);
  LvsWalkTag tag;
  EXPECT_FALSE(LvsPacket::ToNs3(*core)->PeekPacketTag(tag));
  core->walk = uint64_t{7} << 40 | 9;
  Ptr<Packet> packet = LvsPacket::ToNs3(*core);
  ASSERT_TRUE(packet->PeekPacketTag(tag));
  EXPECT_EQ(tag.GetWalk(), uint64_t{7} << 40 | 9);
  std::ostringstream text;
  tag.Print(text);
  EXPECT_EQ(text.str(), "host=7 walk=9");
  const PacketPtr again = LvsPacket::FromIp(packet);
  EXPECT_EQ(again->walk, core->walk);
  again->walk = 3;
  ASSERT_TRUE(LvsPacket::ToNs3(*again)->PeekPacketTag(tag));
  EXPECT_EQ(tag.GetWalk(), 3u);
}

TEST(LvsPacket, PayloadsOfAllKindsBecomeBytes) {
  const std::vector<uint8_t> bytes = BytesOf(*WithLink(MakeTcp(300)));
  const PacketPtr copied = lvs::host::Packet::from_frame(bytes);
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*copied)), bytes);
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*copied, 14)), std::vector<uint8_t>(bytes.begin() + 14, bytes.end()));
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*copied, 100)), std::vector<uint8_t>(bytes.begin() + 100, bytes.end()));
  const PacketPtr zeros = lvs::host::Packet::create();
  zeros->payload = Payload::zeros(77);
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*zeros)), std::vector<uint8_t>(77));
}

TEST(LvsPacket, SlicesReadAndSumAsTheBytesDo) {
  std::vector<uint8_t> bytes(5000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 31 + (i >> 8));
  const Payload whole = LvsNs3Payload::Create(Create<Packet>(bytes.data(), bytes.size()), 0, 5000);
  for (uint32_t from : {0u, 1u, 100u, 255u, 1000u}) {
    for (uint32_t size : {0u, 1u, 2u, 99u, 300u, 2048u, 3001u}) {
      const Payload slice = whole.slice(from, size);
      std::vector<uint8_t> got(size);
      slice.read(0, got);
      const std::vector<uint8_t> want(bytes.begin() + from, bytes.begin() + from + size);
      ASSERT_EQ(got, want) << from << ' ' << size;
      ASSERT_EQ(slice.sum(), lvs::wire::sum_fold(lvs::wire::sum_bytes(want))) << from << ' ' << size;
    }
  }
}

TEST(LvsPacket, PartialChecksumIsCompleted) {
  for (uint32_t size : {0u, 1u, 333u, 1000u}) {
    std::vector<uint8_t> data(size);
    for (uint32_t i = 0; i < size; ++i) data[i] = static_cast<uint8_t>(i + 1);
    UdpHeader udp;
    udp.SetSourcePort(53);
    udp.SetDestinationPort(5353);
    udp.EnableChecksums();
    udp.InitializeChecksum(Ipv4Address("10.0.0.1"), Ipv4Address("10.0.0.2"), 17);
    Ptr<Packet> right = Create<Packet>(data.data(), size);
    right->AddHeader(udp);
    MakeIp(right, 17);
    const PacketPtr core = LvsPacket::FromIp(right);
    core->checksum = ChecksumState::partial;
    core->csum_start = 20;
    core->csum_offset = 6;
    lvs::base::store_be16(core->data() + 26, lvs::wire::sum_fold(lvs::wire::sum_pseudo_header(
                                                 lvs::base::Ipv4Addr::of(10, 0, 0, 1),
                                                 lvs::base::Ipv4Addr::of(10, 0, 0, 2), 17, 8 + size)));
    EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*core)), BytesOf(*right)) << size;
  }
}

TEST(LvsPacket, SentPacketIsNotTouchedUntilSomebodyLooks) {
  Ptr<Packet> packet = MakeTcp(1000);
  const PacketPtr frame = LvsPacket::FromSend(packet, {{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}, 0x0800);
  EXPECT_EQ(frame->head_size(), 14u);
  EXPECT_EQ(LvsPacket::ToNs3Shared(*frame, 14), Ptr<const Packet>(packet));
  EXPECT_EQ(BytesOf(*LvsPacket::ToNs3(*frame)), BytesOf(*WithLink(MakeTcp(1000))));
  LvsPacket::PullHeaders(*frame);
  EXPECT_EQ(frame->head_size(), 14u + 20u + 24u);
  LvsPacket::PullHeaders(*frame);
  EXPECT_EQ(BytesOf(*frame), BytesOf(*WithLink(MakeTcp(1000))));
}

TEST(LvsPacket, PrintsAsNs3Does) {
  Ptr<Packet> frame = WithLink(MakeTcp(1000));
  std::ostringstream text;
  LvsPacket::Print(text, frame);
  EXPECT_THAT(text.str(), ::testing::StartsWith("ns3::EthernetHeader ("));
  EXPECT_THAT(text.str(), ::testing::HasSubstr(" ns3::Ipv4Header ("));
  EXPECT_THAT(text.str(), ::testing::HasSubstr("10.0.0.1 > 10.0.0.2"));
  EXPECT_THAT(text.str(), ::testing::HasSubstr(" ns3::TcpHeader (1000 > 80 [SYN]"));
  EXPECT_THAT(text.str(), ::testing::EndsWith(" Payload (size=1000)"));
}

}  // namespace
}  // namespace ns3
