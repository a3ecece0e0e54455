// SPDX-License-Identifier: GPL-2.0-or-later
// Loads whose requests differ, and servers that take time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ns3/lvs-compat.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/lvs-work-client.h"
#include "ns3/lvs-work-law.h"
#include "ns3/lvs-work-queue.h"
#include "ns3/lvs-work-server.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

namespace ns3 {
namespace {

// --- laws ------------------------------------------------------------------------------------------------------------

double MeanOf(LvsWorkLaw law, int draws = 400000) {
  ::lvs::base::Rng rng(7);
  double sum = 0;
  for (int i = 0; i < draws; ++i) sum += law.Draw(rng);
  return sum / draws;
}

TEST(LvsWorkLaw, EachHasTheMeanThatItSays) {
  struct Case {
    LvsWorkLaw law;
    double within;
  };
  for (const Case& each : {Case{LvsWorkLaw::Fixed(8), 1e-9}, Case{LvsWorkLaw::Exponential(8), 0.01},
                           Case{LvsWorkLaw::Pareto(8, 2.5), 0.02}, Case{LvsWorkLaw::Pareto(8, 1.5), 0.06},
                           Case{LvsWorkLaw::Lognormal(8, 1), 0.02}, Case{LvsWorkLaw::Web(), 0.02},
                           Case{LvsWorkLaw::Trace({1, 2, 6}), 1e-3}}) {
    EXPECT_NEAR(MeanOf(each.law) / each.law.GetMean(), 1, each.within) << each.law.GetKind();
  }
}

TEST(LvsWorkArrivals, EachHasAMeanGapOfOne) {
  for (LvsWorkArrivals arrivals : {LvsWorkArrivals::Periodic(), LvsWorkArrivals::Poisson(),
                                   LvsWorkArrivals::Mmpp(10, 20), LvsWorkArrivals::Trace({3, 4, 4, 9})}) {
    ::lvs::base::Rng rng(3);
    double sum = 0, squares = 0;
    constexpr int kDraws = 300000;
    for (int i = 0; i < kDraws; ++i) {
      const double gap = arrivals.Next(rng);
      sum += gap;
      squares += gap * gap;
    }
    EXPECT_NEAR(sum / kDraws, 1, 0.03) << arrivals.GetKind();
    const double variance = squares / kDraws - 1;
    if (arrivals.GetKind() == LvsWorkArrivals::POISSON) {
      EXPECT_NEAR(variance, 1, 0.05);
    }
    if (arrivals.GetKind() == LvsWorkArrivals::MMPP) {
      EXPECT_GT(variance, 1.5);
    }
  }
}

// --- the processor ---------------------------------------------------------------------------------------------------

// Jobs of these demands at these moments; when they end.
std::vector<std::pair<double, double>> Serve(LvsWorkQueue::Discipline discipline,
                                             const std::vector<std::pair<double, double>>& jobs, double slows = -1) {
  std::vector<std::pair<double, double>> ended;
  LvsWorkQueue queue(discipline, 2,
                     [&](const LvsWorkJob& job) { ended.emplace_back(job.demand, Simulator::Now().GetSeconds()); });
  for (const auto& [at, demand] : jobs)
    LvsSchedule(Seconds(at), [&queue, demand = demand] { queue.Add({{}, 0, true, demand}); });
  if (slows >= 0) LvsSchedule(Seconds(slows), [&queue] { queue.SetCapacity(1); });
  Simulator::Run();
  Simulator::Destroy();
  return ended;
}

TEST(LvsWorkQueue, AQueueServesOneAfterTheOther) {
  using testing::ElementsAre;
  using testing::Pair;
  const auto near = [](double demand, double at) { return Pair(demand, testing::DoubleNear(at, 1e-8)); };
  // Of capacity 2: 4 s of work take 2 s.
  EXPECT_THAT(Serve(LvsWorkQueue::FIFO, {{0, 4}, {1, 2}, {10, 2}}), ElementsAre(near(4, 2), near(2, 3), near(2, 11)));
  EXPECT_THAT(Serve(LvsWorkQueue::FIFO, {{0, 4}, {1, 2}}, 1), ElementsAre(near(4, 3), near(2, 5)));
  // Shared: alone until 1, then each has 1 a second: the second ends at 3 with the first.
  EXPECT_THAT(Serve(LvsWorkQueue::SHARING, {{0, 4}, {1, 1}}), ElementsAre(near(1, 2), near(4, 2.5)));
  EXPECT_THAT(Serve(LvsWorkQueue::SHARING, {{0, 4}, {1, 1}}, 1), ElementsAre(near(1, 3), near(4, 4)));
}

// --- client and server -----------------------------------------------------------------------------------------------

class WorkTest : public testing::Test {
 protected:
  WorkTest() {
    LvsHostHelper hosts;
    client = hosts.Create("client");
    server = hosts.Create("server");
    LvsEthHelper().Install(client->GetObject<Node>(), server->GetObject<Node>());
    client->MustRun("ip addr add 10.0.0.1/24 dev eth0");
    server->MustRun("ip addr add 10.0.0.2/24 dev eth0");
  }
  ~WorkTest() override {
    Simulator::Destroy();
    Names::Clear();
  }
  void Load(const LvsLoadProfile& profile, const LvsWork& work, double rate, double seconds) {
    at = CreateObject<LvsWorkServer>();
    at->SetProfile(profile);
    server->GetObject<Node>()->AddApplication(at);
    from = CreateObject<LvsWorkClient>();
    from->SetProfile(profile);
    from->SetWork(work);
    from->SetRemote(Ipv4Address("10.0.0.2"), 80);
    from->SetSources({Ipv4Address("10.0.0.1")});
    from->SetRequestRate(rate);
    from->AssignStreams(5);
    client->GetObject<Node>()->AddApplication(from);
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
  }
  Ptr<LvsHost> client, server;
  Ptr<LvsWorkServer> at;
  Ptr<LvsWorkClient> from;
};

LvsWork WorkOf(double reply, LvsWorkLaw demand) {
  LvsWork work;
  work.arrivals = LvsWorkArrivals::Poisson();
  work.reply = LvsWorkLaw::Fixed(reply);
  work.demand = std::move(demand);
  return work;
}

TEST_F(WorkTest, EverythingIsCompletedOverEveryProtocol) {
  LvsWork work = WorkOf(20000, LvsWorkLaw::Exponential(0.001));
  work.reply = LvsWorkLaw::Pareto(20000, 1.5);
  Load(LvsLoadProfile::Tcp(300, 20000), work, 100, 5);
  EXPECT_GT(from->GetCounters().requests, 400u);
  EXPECT_EQ(from->GetCounters().requests, from->GetCounters().completed + from->GetOutstanding());
  EXPECT_LE(from->GetOutstanding(), 3u);
  EXPECT_EQ(from->GetCounters().stray, 0u);
  EXPECT_EQ(at->GetCounters().completed + at->GetJobs(), at->GetCounters().requests);
}

TEST_F(WorkTest, DatagramsToo) {
  Load(LvsLoadProfile::Raw(100, {536, 536}), WorkOf(5000, LvsWorkLaw::Fixed(0.001)), 100, 5);
  EXPECT_GT(from->GetCounters().completed, 400u);
  EXPECT_EQ(from->GetCounters().stray, 0u);
  // Ten packets of 500 bytes a reply.
  EXPECT_NEAR(static_cast<double>(from->GetCounters().rxPackets) / static_cast<double>(from->GetCounters().completed),
              10, 0.1);
}

TEST_F(WorkTest, AnMM1QueueTakesAsLongAsTheorySays) {
  Load(LvsLoadProfile::Tcp(300, 500), WorkOf(500, LvsWorkLaw::Exponential(0.01)), 70, 1000);
  // 1 / (mu - lambda), of 70,000 requests; the network takes some 0.1 ms.
  EXPECT_NEAR(from->GetLatency().GetMean().GetSeconds(), 1 / (100.0 - 70), 0.002);
  EXPECT_NEAR(at->GetStats().busy / 1000, 0.7, 0.02);
}

TEST_F(WorkTest, UsersWaitForTheirReplies) {
  LvsWork work = WorkOf(500, LvsWorkLaw::Fixed(0.01));
  work.users = 10;
  work.think = LvsWorkLaw::Fixed(0.09);
  Load(LvsLoadProfile::Tcp(300, 500), work, 0, 10);
  // Ten users, each once in a tenth of a second and what they wait for each other: the server is busy all the time.
  EXPECT_NEAR(static_cast<double>(from->GetCounters().completed), 1000, 20);
  EXPECT_LE(from->GetOutstanding(), 10u);
}

TEST_F(WorkTest, ConnectionsAreKept) {
  LvsWork work = WorkOf(3000, LvsWorkLaw::Fixed(0.001));
  work.requestsPerConnection = 5;
  work.think = LvsWorkLaw::Fixed(0.01);
  Load(LvsLoadProfile::Tcp(300, 3000), work, 100, 10);
  EXPECT_NEAR(static_cast<double>(from->GetCounters().completed), 1000, 150);
  EXPECT_EQ(from->GetCounters().stray + at->GetCounters().stray, 0u);
  // 5 requests: SYN, ACK, 5 requests, 10 acknowledgements (two segments and the third), FIN.
  const auto packets = static_cast<double>(from->GetCounters().txPackets);
  EXPECT_NEAR(packets / static_cast<double>(from->GetCounters().completed), 18.0 / 5, 0.1);
}

TEST_F(WorkTest, WhatTakesTooLongHasTimedOut) {
  from = nullptr;
  LvsWork work = WorkOf(500, LvsWorkLaw::Fixed(0.1));
  Load(LvsLoadProfile::Tcp(300, 500), work, 50, 60);
  EXPECT_GT(from->GetCounters().timeouts, 1000u);
  EXPECT_LE(from->GetLatency().GetMax(), Seconds(10));
}

TEST(WorkStreams, TheRunNumberChangesWhatIsDrawn) {
  std::vector<uint64_t> means;
  for (const uint32_t run : {1, 2, 1}) {
    RngSeedManager::SetRun(run);
    LvsHostHelper hosts;
    const Ptr<LvsHost> client = hosts.Create("client"), server = hosts.Create("server");
    LvsEthHelper().Install(client->GetObject<Node>(), server->GetObject<Node>());
    client->MustRun("ip addr add 10.0.0.1/24 dev eth0");
    server->MustRun("ip addr add 10.0.0.2/24 dev eth0");
    const auto profile = LvsLoadProfile::Tcp(300, 500);
    const auto at = CreateObject<LvsWorkServer>();
    at->SetProfile(profile);
    server->GetObject<Node>()->AddApplication(at);
    const auto from = CreateObject<LvsWorkClient>();
    from->SetProfile(profile);
    from->SetWork(WorkOf(500, LvsWorkLaw::Exponential(0.01)));
    from->SetRemote(Ipv4Address("10.0.0.2"), 80);
    from->SetSources({Ipv4Address("10.0.0.1")});
    from->AssignStreams(5);
    client->GetObject<Node>()->AddApplication(from);
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    means.push_back(static_cast<uint64_t>(from->GetLatency().GetMean().GetNanoSeconds()));
    Simulator::Destroy();
    Names::Clear();
  }
  RngSeedManager::SetRun(1);
  EXPECT_NE(means[0], means[1]);
  EXPECT_EQ(means[0], means[2]);
}

}  // namespace
}  // namespace ns3
