// SPDX-License-Identifier: GPL-2.0-or-later
// The light load generator: its accounts, its times, its deadlines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/lvs-load-client.h"
#include "ns3/lvs-load-deadlines.h"
#include "ns3/lvs-load-server.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3 {
namespace {

// --- profiles --------------------------------------------------------------------------------------------------------

TEST(LvsLoadProfile, RawIsWhatItSays) {
  const auto profile = LvsLoadProfile::Raw(100, {536, 536, 40});
  EXPECT_EQ(profile.GetRequestCost().packets, 1u);
  EXPECT_EQ(profile.GetReplyCost().packets, 3u);
  EXPECT_EQ(profile.GetExchangeBytes(), 100u + 536 + 536 + 40);
  EXPECT_DOUBLE_EQ(profile.GetMeanLength(), 1212.0 / 4);
}

TEST(LvsLoadProfile, UdpIsCutIntoFrames) {
  const auto profile = LvsLoadProfile::Udp(10, 3000);
  EXPECT_THAT(profile.GetRequestLengths(), testing::ElementsAre(38));
  EXPECT_THAT(profile.GetReplyLengths(), testing::ElementsAre(1500, 1500, 84));
  EXPECT_THAT(LvsLoadProfile::Udp(1, 0).GetReplyLengths(), testing::ElementsAre(28));
}

TEST(LvsLoadProfile, TcpCountsEverySegment) {
  // 10,000 bytes in segments of 1460: SYN, ACK, request, 3 ACKs, ACK of FIN, FIN; SYN-ACK, ACK, 7 data, FIN, ACK.
  const auto profile = LvsLoadProfile::Tcp(300, 10000);
  EXPECT_EQ(profile.GetRequestCost().packets, 8u);
  EXPECT_EQ(profile.GetRequestCost().bytes, 8u * 40 + 4 + 300);
  EXPECT_EQ(profile.GetReplyCost().packets, 11u);
  EXPECT_EQ(profile.GetReplyCost().bytes, 11u * 40 + 4 + 10000);
}

// --- counting --------------------------------------------------------------------------------------------------------

TEST(LvsLoadHistogram, QuantilesAreRightToThreePercent) {
  LvsLoadHistogram histogram;
  EXPECT_EQ(histogram.GetQuantile(0.5), Time(0));
  for (int64_t i = 1; i <= 100000; ++i) histogram.Add(i * 1000);
  EXPECT_EQ(histogram.GetCount(), 100000u);
  EXPECT_EQ(histogram.GetMin(), MicroSeconds(1));
  EXPECT_EQ(histogram.GetMax(), MilliSeconds(100));
  EXPECT_NEAR(histogram.GetMean().GetSeconds(), 0.05, 0.0001);
  for (const double q : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999}) {
    EXPECT_NEAR(histogram.GetQuantile(q).GetSeconds() / (q * 0.1), 1, 0.035) << q;
  }
  LvsLoadHistogram other;
  other.Add(5);
  other.Merge(histogram);
  EXPECT_EQ(other.GetMin(), NanoSeconds(5));
  EXPECT_EQ(other.GetCount(), 100001u);
}

TEST(LvsLoadDeadlines, IsARingThatGrows) {
  LvsLoadDeadlines deadlines;
  uint32_t pushed = 0, popped = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 50; ++i) deadlines.Push({pushed * 10, pushed, pushed}), ++pushed;
    for (int i = 0; i < 20; ++i, deadlines.Pop()) EXPECT_EQ(deadlines.Front().flow, popped++);
  }
  for (; !deadlines.Empty(); deadlines.Pop()) EXPECT_EQ(deadlines.Front().flow, popped++);
  EXPECT_EQ(popped, pushed);
}

// --- a client and a server on one cable ------------------------------------------------------------------------------

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    LvsHostHelper hosts;
    client = hosts.Create("client");
    server = hosts.Create("server");
    LvsEthHelper().Install(client->GetObject<Node>(), server->GetObject<Node>());
    client->MustRun("ip addr add 10.0.0.1/24 dev eth0");
    server->MustRun("ip addr add 10.0.0.2/24 dev eth0");
  }
  ~LoadTest() override {
    Simulator::Destroy();
    Names::Clear();
  }

  void Serve(const LvsLoadProfile& profile) {
    loadServer = CreateObject<LvsLoadServer>();
    loadServer->SetProfile(profile);
    server->GetObject<Node>()->AddApplication(loadServer);
  }
  Ptr<LvsLoadClient> Ask(const LvsLoadProfile& profile, double rate) {
    load = CreateObject<LvsLoadClient>();
    load->SetProfile(profile);
    load->SetRemote(Ipv4Address("10.0.0.2"), 80);
    load->SetRequestRate(rate);
    client->GetObject<Node>()->AddApplication(load);
    return load;
  }
  static void Run(Time until) {
    Simulator::Stop(until);
    Simulator::Run();
  }

  Ptr<LvsHost> client, server;
  Ptr<LvsLoadServer> loadServer;
  Ptr<LvsLoadClient> load;
};

TEST_F(LoadTest, ArrivalsAreExact) {
  const auto profile = LvsLoadProfile::Raw(100, {100});
  Serve(profile);
  Ask(profile, 3000);
  Run(Seconds(1) - NanoSeconds(1));
  EXPECT_EQ(load->GetCounters().requests, 3000u);
}

TEST_F(LoadTest, ByteRateCountsBothDirections) {
  const auto profile = LvsLoadProfile::Raw(100, {400, 500});
  Serve(profile);
  Ask(profile, 1)->SetByteRate(1e6);
  Run(Seconds(1) + MilliSeconds(1));
  EXPECT_NEAR(static_cast<double>(load->GetCounters().txBytes + load->GetCounters().rxBytes), 1e6, 3000);
}

TEST_F(LoadTest, PoissonArrivalsHaveTheRateAndItsScatter) {
  const auto profile = LvsLoadProfile::Raw(100, {100});
  Serve(profile);
  Ask(profile, 10000)->SetAttribute("Poisson", BooleanValue(true));
  load->AssignStreams(7);
  Run(Seconds(1));
  EXPECT_NEAR(static_cast<double>(load->GetCounters().requests), 10000, 400);
  EXPECT_NE(load->GetCounters().requests, 10000u);
}

TEST_F(LoadTest, LatencyIsTheTimeOnTheWire) {
  const auto profile = LvsLoadProfile::Raw(1000, {1000});
  Serve(profile);
  Ask(profile, 1000);
  Run(Seconds(1));
  // 1 Gb/s: 8 + 14 + 1000 + 4 bytes to the last bit of the FCS, and 1 us of cable, each way.
  EXPECT_NEAR(load->GetLatency().GetQuantile(0.5).GetMicroSeconds(), 18, 1);
  EXPECT_GT(load->GetLatency().GetMax(), load->GetLatency().GetMin());  // the first waited for ARP
}

TEST_F(LoadTest, NobodyListeningIsARefusal) {
  Ask(LvsLoadProfile::Tcp(100, 100), 10);
  Run(MilliSeconds(950));
  EXPECT_EQ(load->GetCounters().refused, 10u);
  EXPECT_EQ(load->GetOutstanding(), 0u);
}

TEST_F(LoadTest, PortUnreachableIsARefusal) {
  Ask(LvsLoadProfile::Raw(100, {100}), 5);
  Run(MilliSeconds(950));
  EXPECT_GT(load->GetCounters().refused, 0u);
}

TEST_F(LoadTest, SilenceIsATimeout) {
  server->MustRun("ip addr del 10.0.0.2/24 dev eth0");
  Ask(LvsLoadProfile::Tcp(100, 100), 10)->SetAttribute("Timeout", TimeValue(Seconds(5)));
  client->MustRun("ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev eth0");
  load->SetAttribute("MaxRequests", UintegerValue(4));
  Run(Seconds(4));
  EXPECT_EQ(load->GetCounters().retransmits, 8u);  // after 1 and 3 seconds
  EXPECT_EQ(load->GetOutstanding(), 4u);
  Run(Seconds(6));
  EXPECT_EQ(load->GetCounters().timeouts, 4u);
  EXPECT_EQ(load->GetOutstanding(), 0u);
}

TEST_F(LoadTest, AFlowNeededAgainGivesUpItsRequest) {
  server->MustRun("ip addr del 10.0.0.2/24 dev eth0");
  Ask(LvsLoadProfile::Raw(100, {100}), 100)->SetAttribute("Flows", UintegerValue(10));
  Run(MilliSeconds(195));
  EXPECT_EQ(load->GetCounters().requests, 20u);
  EXPECT_EQ(load->GetCounters().timeouts, 10u);
  EXPECT_EQ(load->GetOutstanding(), 10u);
}

TEST_F(LoadTest, ManyFlowsOnSeveralAddresses) {
  const auto profile = LvsLoadProfile::Tcp(100, 5000);
  for (int i = 10; i < 14; ++i) client->MustRun("ip addr add 10.0.0." + std::to_string(i) + "/24 dev eth0");
  Serve(profile);
  Ask(profile, 5000)->SetSources({Ipv4Address("10.0.0.10"), Ipv4Address("10.0.0.11"), Ipv4Address("10.0.0.12")});
  load->SetAttribute("Flows", UintegerValue(100000));
  load->SetStopTime(Seconds(1));
  Run(Seconds(2));
  EXPECT_EQ(load->GetCounters().completed, 5000u);
  EXPECT_EQ(load->GetCounters().completed, loadServer->GetCounters().completed);
  EXPECT_EQ(load->GetCounters().stray, 0u);
}

TEST_F(LoadTest, TheWindowIsHeeded) {
  const auto profile = LvsLoadProfile::Tcp(100, 1460 * 101 + 1);
  Serve(profile);
  loadServer->SetAttribute("Window", UintegerValue(4));
  Ask(profile, 10);
  Run(MilliSeconds(950));
  EXPECT_EQ(load->GetCounters().completed, 10u);
  EXPECT_EQ(load->GetCounters().rxPackets, 10 * profile.GetReplyCost().packets);
}

}  // namespace
}  // namespace ns3
