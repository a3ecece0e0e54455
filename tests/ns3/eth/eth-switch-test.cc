// SPDX-License-Identifier: GPL-2.0-or-later
// The switch decides as Linux's bridge: learning, flooding and its order, ageing, moves.
#include <gmock/gmock.h>

#include <array>

#include "eth-fixture.h"
#include "ns3/boolean.h"

namespace ns3 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Stations 1 to 4 on ports 0 to 3.
class SwitchTest : public EthTest {
 protected:
  void SetUp() override {
    stations.Create(4);
    Ptr<Node> node = CreateObject<Node>();
    bridge = helper.InstallSwitch(node);
    const NetDeviceContainer devices = helper.Install(bridge, stations);
    for (uint32_t i = 0; i < 4; ++i) {
      device[i] = DynamicCast<LvsEthNetDevice>(devices.Get(i));
      device[i]->SetAddress(MakeAddress(static_cast<uint8_t>(i + 1)));
      inbox[i].name = std::to_string(i + 1);
      inbox[i].order = &order;
      device[i]->SetFrameReceiver(&inbox[i]);
    }
  }
  // Sends from a station, runs until all is quiet, and gives who got it, in order.
  std::vector<std::string> Send(uint8_t from, uint8_t to, uint8_t source = 0) {
    order.clear();
    Simulator::Schedule(Time(0),
                        [&, this] { device[from - 1]->SendFrame(MakeFrame(source == 0 ? from : source, to)); });
    Simulator::Run();
    return order;
  }
  void SendRaw(uint8_t from, lvs::host::PacketPtr frame) {
    order.clear();
    device[from - 1]->SendFrame(std::move(frame));
    Simulator::Run();
  }
  void Wait(Time time) {
    Simulator::Stop(time);
    Simulator::Schedule(time + Seconds(1), [] {});
    Simulator::Run();
  }
  Ptr<LvsEthNetDevice> PortOf(uint8_t station) { return device[station - 1]->GetPeer(); }

  NodeContainer stations;
  Ptr<LvsSwitch> bridge;
  std::array<Ptr<LvsEthNetDevice>, 4> device;
  std::array<Inbox, 4> inbox;
  std::vector<std::string> order;
};

TEST_F(SwitchTest, BroadcastGoesToAllOthersNewestPortFirst) {
  EXPECT_THAT(Send(2, 0xff), ElementsAre("4", "3", "1"));
  EXPECT_EQ(bridge->GetFloodedFrames(), 1u);
}

TEST_F(SwitchTest, UnknownUnicastIsFlooded) { EXPECT_THAT(Send(1, 9), ElementsAre("4", "3", "2")); }

TEST_F(SwitchTest, KnownUnicastGoesToItsPortAlone) {
  Send(3, 0xff);
  EXPECT_EQ(bridge->Lookup(MakeAddress(3)), PortOf(3));
  EXPECT_THAT(Send(1, 3), ElementsAre("3"));
}

TEST_F(SwitchTest, WhatItIsToldItNeedNotLearn) {
  bridge->Learn(MakeAddress(3), PortOf(3));
  EXPECT_THAT(Send(1, 3), ElementsAre("3"));
  EXPECT_EQ(bridge->GetFloodedFrames(), 0u);
}

TEST_F(SwitchTest, FrameIsForwardedWhenItIsWhole) {
  Send(3, 0xff);
  const int64_t sent = Simulator::Now().GetNanoSeconds();
  Send(1, 3);
  EXPECT_EQ(inbox[2].entries.back().at - sent, 2 * (72 * 8 + 1000));
}

TEST_F(SwitchTest, FrameForAnAddressAtItsOwnPortIsDropped) {
  Send(1, 0xff, 9);
  EXPECT_THAT(Send(1, 9), IsEmpty());
}

TEST_F(SwitchTest, AddressMoves) {
  Send(1, 0xff, 9);
  Send(2, 0xff, 9);
  EXPECT_EQ(bridge->Lookup(MakeAddress(9)), PortOf(2));
  EXPECT_THAT(Send(4, 9), ElementsAre("2"));
}

TEST_F(SwitchTest, AddressIsForgottenAfterThreeHundredSeconds) {
  Send(3, 0xff);
  Wait(Seconds(299));
  EXPECT_THAT(Send(1, 3), ElementsAre("3"));
  Wait(Seconds(2));
  EXPECT_EQ(bridge->Lookup(MakeAddress(3)), nullptr);
  EXPECT_THAT(Send(1, 3), ElementsAre("4", "3", "2"));
}

TEST_F(SwitchTest, AddressThatKeepsTalkingIsKept) {
  for (int i = 0; i < 5; ++i) {
    Send(3, 0xff);
    Wait(Seconds(200));
  }
  EXPECT_THAT(Send(1, 3), ElementsAre("3"));
}

TEST_F(SwitchTest, PortWithoutLinkForgetsAndIsNotFlooded) {
  Send(3, 0xff);
  device[2]->SetEnabled(false);
  EXPECT_EQ(bridge->Lookup(MakeAddress(3)), nullptr);
  EXPECT_THAT(Send(1, 3), ElementsAre("4", "2"));
}

TEST_F(SwitchTest, FrameFromAGroupAddressGoesNowhere) {
  EXPECT_THAT(Send(1, 2, 0xff), IsEmpty());
  lvs::host::PacketPtr zero = MakeFrame(1, 2);
  std::fill_n(zero->data() + 6, 6, uint8_t{0});
  SendRaw(1, std::move(zero));
  EXPECT_THAT(order, IsEmpty());
}

TEST_F(SwitchTest, ReservedAddressesStayOnTheLinkExceptTheBridgeGroup) {
  for (uint8_t last : {0x00, 0x01, 0x0e, 0x10}) {
    lvs::host::PacketPtr frame = MakeFrame(1, 2);
    const uint8_t reserved[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, last};
    std::copy_n(reserved, 6, frame->data());
    SendRaw(1, std::move(frame));
    EXPECT_EQ(order.size(), last == 0x01 || last == 0x0e ? 0u : 3u) << int{last};
  }
}

TEST_F(SwitchTest, FrameForAPortsOwnAddressEndsThere) {
  lvs::host::PacketPtr frame = MakeFrame(1, 2);
  Mac48Address::ConvertFrom(PortOf(2)->GetAddress()).CopyTo(frame->data());
  SendRaw(1, std::move(frame));
  EXPECT_THAT(order, IsEmpty());
}

TEST_F(SwitchTest, WithoutLearningEverythingIsFlooded) {
  bridge->SetAttribute("EnableLearning", BooleanValue(false));
  Send(3, 0xff);
  EXPECT_THAT(Send(1, 3), ElementsAre("4", "3", "2"));
}

TEST_F(SwitchTest, CopiesOfAFloodedFrameAreAlike) {
  Send(1, 0xff);
  for (int i : {1, 2, 3}) EXPECT_EQ(inbox[i].entries.back().bytes, BytesOf(*MakeFrame(1, 0xff)));
}

TEST_F(SwitchTest, PortAddressesAreDeterministic) {
  EXPECT_EQ(PortOf(1)->GetAddress(), Address(Mac48Address("06:00:00:04:00:01")));
  EXPECT_EQ(PortOf(4)->GetAddress(), Address(Mac48Address("06:00:00:04:00:04")));
}

TEST_F(SwitchTest, ItsChannelIsAllTheCables) {
  EXPECT_EQ(bridge->GetNBridgePorts(), 4u);
  EXPECT_EQ(bridge->GetBridgePort(2), Ptr<NetDevice>(PortOf(3)));
  EXPECT_EQ(bridge->GetChannel()->GetNDevices(), 8u);
}

TEST_F(SwitchTest, TwoSwitchesInARow) {
  Ptr<LvsSwitch> second = helper.InstallSwitch(CreateObject<Node>());
  helper.Install(bridge, second);
  Ptr<Node> far = CreateObject<Node>();
  Ptr<LvsEthNetDevice> farDevice = DynamicCast<LvsEthNetDevice>(helper.Install(second, far).Get(0));
  farDevice->SetAddress(MakeAddress(5));
  Inbox farInbox;
  farInbox.name = "5";
  farInbox.order = &order;
  farDevice->SetFrameReceiver(&farInbox);
  EXPECT_THAT(Send(1, 0xff), ElementsAre("4", "3", "2", "5"));
  order.clear();
  farDevice->SendFrame(MakeFrame(5, 1));
  Simulator::Run();
  EXPECT_THAT(order, ElementsAre("1"));
  EXPECT_THAT(Send(2, 5), ElementsAre("5"));
}

}  // namespace
}  // namespace ns3
