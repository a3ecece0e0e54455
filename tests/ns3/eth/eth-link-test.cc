// SPDX-License-Identifier: GPL-2.0-or-later
// NIC and cable: when frames arrive, what a full queue does, what a link that goes down does.
#include <gmock/gmock.h>

#include "eth-fixture.h"
#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/pointer.h"

namespace ns3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// 1 Gb/s: 8 ns a byte. 12 bytes of preamble and FCS before the frame is whole, 24 with the gap until the next may
// begin.
TEST_F(EthTest, LastBitArrivesAfterPreambleFrameFcsAndDelay) {
  Connect();
  a->SendFrame(MakeFrame(1, 2, 1000));
  Simulator::Run();
  EXPECT_THAT(atB.Times(), ElementsAre((1000 + 12) * 8 + 1000));
}

TEST_F(EthTest, ShortFrameTakesTheTimeOfSixtyBytesAndTravelsWithoutPadding) {
  Connect();
  a->SendFrame(MakeFrame(1, 2, 42));
  Simulator::Run();
  EXPECT_THAT(atB.Times(), ElementsAre((60 + 12) * 8 + 1000));
  EXPECT_EQ(atB.entries[0].bytes, BytesOf(*MakeFrame(1, 2, 42)));
}

TEST_F(EthTest, FramesFollowOneAnotherAtLineRate) {
  helper.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
  helper.SetCableAttribute("Delay", StringValue("10us"));
  Connect();
  for (int i = 0; i < 3; ++i) a->SendFrame(MakeFrame(1, 2, 100));
  EXPECT_EQ(a->GetTxQueueSize(), 2u);
  EXPECT_EQ(a->GetTxBacklog(), NanoSeconds(3 * 124 * 80));
  Simulator::Run();
  constexpr int64_t first = 112 * 80 + 10000;
  EXPECT_THAT(atB.Times(), ElementsAre(first, first + 124 * 80, first + 2 * 124 * 80));
  EXPECT_EQ(a->GetTxQueueSize(), 0u);
  EXPECT_EQ(a->GetTxBacklog(), Time(0));
}

// 84 bytes at 7 Gb/s are 96 ns exactly; a byte is 8/7 ns. Rounding each frame would drift.
TEST_F(EthTest, RatesThatDoNotDivideANanosecondDoNotDrift) {
  helper.SetDeviceAttribute("DataRate", StringValue("7Gbps"));
  helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(100000));
  Connect();
  constexpr int n = 7001;
  for (int i = 0; i < n; ++i) a->SendFrame(MakeFrame(1, 2, 61));
  Simulator::Run();
  ASSERT_EQ(atB.entries.size(), static_cast<std::size_t>(n));
  EXPECT_EQ(atB.entries.back().at - atB.entries.front().at, (n - 1) * 85 * 8 / 7);
  EXPECT_EQ(a->GetLineTime(61), NanoSeconds(97));
}

TEST_F(EthTest, BothWaysAtOnceWithoutDisturbingEachOther) {
  Connect();
  for (int i = 0; i < 2; ++i) {
    a->SendFrame(MakeFrame(1, 2, 1514));
    b->SendFrame(MakeFrame(2, 1, 1514));
  }
  Simulator::Run();
  constexpr int64_t first = (1514 + 12) * 8 + 1000;
  EXPECT_THAT(atA.Times(), ElementsAre(first, first + 1538 * 8));
  EXPECT_THAT(atB.Times(), ElementsAre(first, first + 1538 * 8));
}

TEST_F(EthTest, FrameCostsOneEvent) {
  Connect();
  const uint64_t before = Simulator::GetEventCount();
  for (int i = 0; i < 50; ++i) a->SendFrame(MakeFrame(1, 2, 60));
  Simulator::Run();
  // Two nodes begin, too.
  EXPECT_LE(Simulator::GetEventCount() - before, 50u + 4u);
  EXPECT_EQ(atB.entries.size(), 50u);
}

struct DropLog : LvsFrameObserver {
  void FrameSent(LvsEthNetDevice&, const lvs::host::Packet&) override {
    sent.push_back(Simulator::Now().GetNanoSeconds());
  }
  void FrameReceived(LvsEthNetDevice&, const lvs::host::Packet&) override {
    received.push_back(Simulator::Now().GetNanoSeconds());
  }
  void FrameDropped(LvsEthNetDevice&, const lvs::host::Packet&, lvs::trace::Drop reason) override {
    drops.emplace_back(lvs::trace::name_of(reason));
  }
  std::vector<int64_t> sent, received;
  std::vector<std::string> drops;
};

TEST_F(EthTest, QueueTakesItsLimitBehindTheFrameOnTheLineAndDropsTheRest) {
  helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(5));
  Connect();
  DropLog log;
  a->SetFrameObserver(&log);
  int accepted = 0;
  for (int i = 0; i < 10; ++i) accepted += a->SendFrame(MakeFrame(1, 2, 60)) ? 1 : 0;
  EXPECT_EQ(accepted, 6);
  EXPECT_EQ(a->GetTxQueueSize(), 5u);
  EXPECT_THAT(log.drops, ElementsAre("qdisc_drop", "qdisc_drop", "qdisc_drop", "qdisc_drop"));
  Simulator::Run();
  EXPECT_EQ(atB.entries.size(), 6u);
  EXPECT_THAT(log.sent, ElementsAre(0, 672, 1344, 2016, 2688, 3360));
  EXPECT_EQ(a->GetCounters().txPackets, 6u);
  EXPECT_EQ(a->GetCounters().txBytes, 360u);
  EXPECT_EQ(a->GetCounters().txDropped, 4u);
  EXPECT_EQ(b->GetCounters().rxPackets, 6u);
}

TEST_F(EthTest, QueueHasRoomAgainAsSoonAsAFrameBegins) {
  helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(1));
  Connect();
  a->SendFrame(MakeFrame(1, 2, 60));
  a->SendFrame(MakeFrame(1, 2, 60));
  bool early = true;
  bool intime = false;
  Simulator::Schedule(NanoSeconds(671), [&] { early = a->SendFrame(MakeFrame(1, 2, 60)); });
  Simulator::Schedule(NanoSeconds(672), [&] { intime = a->SendFrame(MakeFrame(1, 2, 60)); });
  Simulator::Run();
  EXPECT_FALSE(early);
  EXPECT_TRUE(intime);
  EXPECT_EQ(atB.entries.size(), 3u);
}

TEST_F(EthTest, ManyFramesPassTheRingOfDepartures) {
  helper.SetDeviceAttribute("TxQueueLimit", UintegerValue(1000));
  Connect();
  uint32_t sent = 0;
  for (int burst = 0; burst < 40; ++burst) {
    Simulator::Schedule(NanoSeconds(burst * 20000), [&] {
      for (int i = 0; i < 37; ++i) sent += a->SendFrame(MakeFrame(1, 2, 60)) ? 1 : 0;
    });
  }
  Simulator::Run();
  EXPECT_EQ(sent, 40u * 37u);
  ASSERT_EQ(atB.entries.size(), sent);
  EXPECT_EQ(atB.entries.back().at, (sent - 1) * 672 + 72 * 8 + 1000);
}

TEST_F(EthTest, FrameLargerThanTheMtuIsDroppedAVlanTagIsNot) {
  Connect();
  EXPECT_TRUE(a->SendFrame(MakeFrame(1, 2, 1514)));
  EXPECT_TRUE(a->SendFrame(MakeFrame(1, 2, 1518, 0x8100)));
  EXPECT_FALSE(a->SendFrame(MakeFrame(1, 2, 1519)));
  EXPECT_FALSE(a->Send(Create<Packet>(1501), b->GetAddress(), 0x88b5));
  EXPECT_TRUE(a->Send(Create<Packet>(1500), b->GetAddress(), 0x88b5));
  EXPECT_EQ(a->GetCounters().txDropped, 2u);
}

TEST_F(EthTest, LinkThatGoesDownTakesTheFramesOnTheLineWithIt) {
  Connect();
  DropLog log;
  a->SetFrameObserver(&log);
  int changesA = 0;
  int changesB = 0;
  a->AddLinkChangeCallback(Callback<void>([&] { ++changesA; }));
  b->AddLinkChangeCallback(Callback<void>([&] { ++changesB; }));
  Ptr<LvsEthCable> cable = DynamicCast<LvsEthCable>(a->GetChannel());
  a->SendFrame(MakeFrame(1, 2, 60));
  Simulator::Schedule(NanoSeconds(100), [&] {
    cable->SetUp(false);
    EXPECT_FALSE(a->IsLinkUp());
    EXPECT_FALSE(a->SendFrame(MakeFrame(1, 2, 60)));
    cable->SetUp(true);
    EXPECT_TRUE(a->SendFrame(MakeFrame(1, 2, 60)));
  });
  Simulator::Run();
  EXPECT_THAT(atB.Times(), ElementsAre(100 + 72 * 8 + 1000));
  EXPECT_THAT(log.drops, ElementsAre("dev_down", "link_loss"));
  EXPECT_EQ(a->GetCounters().txLost, 1u);
  EXPECT_EQ(changesA, 2);
  EXPECT_EQ(changesB, 2);
}

TEST_F(EthTest, DisabledEndTakesThePeersCarrier) {
  Connect();
  EXPECT_TRUE(b->HasCarrier());
  a->SetEnabled(false);
  EXPECT_FALSE(b->HasCarrier());
  EXPECT_FALSE(b->IsLinkUp());
  EXPECT_TRUE(a->HasCarrier());
  EXPECT_FALSE(a->IsLinkUp());
  a->SetEnabled(true);
  EXPECT_TRUE(b->IsLinkUp());
}

TEST_F(EthTest, UnpluggedDeviceHasNoLink) {
  Ptr<LvsEthNetDevice> alone = CreateObject<LvsEthNetDevice>();
  EXPECT_FALSE(alone->IsLinkUp());
  EXPECT_FALSE(alone->SendFrame(MakeFrame(1, 2)));
  EXPECT_EQ(alone->GetPeer(), nullptr);
  EXPECT_EQ(alone->GetChannel(), nullptr);
}

TEST_F(EthTest, ErrorModelLosesFrames) {
  Connect();
  Ptr<ReceiveListErrorModel> errors = CreateObject<ReceiveListErrorModel>();
  errors->SetList({1});
  b->SetAttribute("ReceiveErrorModel", PointerValue(errors));
  DropLog log;
  b->SetFrameObserver(&log);
  for (uint32_t size : {60, 61, 62}) a->SendFrame(MakeFrame(1, 2, size));
  Simulator::Run();
  ASSERT_EQ(atB.entries.size(), 2u);
  EXPECT_EQ(atB.entries[1].bytes.size(), 62u);
  EXPECT_EQ(b->GetCounters().rxErrors, 1u);
  EXPECT_THAT(log.drops, ElementsAre("link_loss"));
}

TEST_F(EthTest, RuntIsDropped) {
  Connect();
  lvs::host::PacketPtr runt = lvs::host::Packet::create();
  runt->put(13);
  a->SendFrame(std::move(runt));
  Simulator::Run();
  EXPECT_THAT(atB.entries, IsEmpty());
  EXPECT_EQ(b->GetCounters().rxDropped, 1u);
}

TEST_F(EthTest, ReceiverThatIsNotPromiscuousGetsNoFramesForOthers) {
  helper.SetDeviceAttribute("Promiscuous", BooleanValue(false));
  Connect();
  a->SendFrame(MakeFrame(1, 9));
  a->SendFrame(MakeFrame(1, 2));
  a->SendFrame(MakeFrame(1, 0xff));
  Simulator::Run();
  EXPECT_EQ(atB.entries.size(), 2u);
  EXPECT_EQ(b->GetCounters().rxPackets, 3u);
}

TEST_F(EthTest, ReceiverKnowsNothingOfTheSendersHost) {
  Connect();
  struct Look : LvsFrameReceiver {
    void ReceiveFrame(LvsEthNetDevice&, lvs::host::PacketPtr frame) override { got = std::move(frame); }
    lvs::host::PacketPtr got;
  } look;
  b->SetFrameReceiver(&look);
  lvs::host::PacketPtr frame = MakeFrame(1, 2);
  frame->walk = 77;
  frame->mark = 5;
  frame->ipvs_property = true;
  frame->conntrack.set_untracked();
  a->SendFrame(std::move(frame));
  Simulator::Run();
  ASSERT_NE(look.got, nullptr);
  EXPECT_EQ(look.got->walk, 77u);
  EXPECT_EQ(look.got->mark, 0u);
  EXPECT_FALSE(look.got->ipvs_property);
  EXPECT_FALSE(look.got->conntrack.untracked());
}

}  // namespace
}  // namespace ns3
