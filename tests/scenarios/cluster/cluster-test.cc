// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-cluster: the same bytes from any number of processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ns3/lvs-fabric-helper.h"
#include "os/process.h"

namespace lvs::test {
namespace {

using testing::HasSubstr;

const std::string kClusterProgram = std::string(LVS_PROGRAM_DIR) + "/lvs-cluster";

os::Output cluster(const std::string& words, unsigned processes = 1) {
  std::string line = kClusterProgram + " " + words;
  if (processes > 1) line = "mpirun --allow-run-as-root --oversubscribe -n " + std::to_string(processes) + " " + line;
  return os::run({"sh", "-c", line + " 2>/dev/null"});
}

TEST(Cluster, EveryRequestIsAnsweredAndServersShareThemByRoundRobin) {
  const os::Output out = cluster("--racks=3 --servers=5 --pods=2 --clients=3 --duration=20ms --warm-up=1ms");
  EXPECT_EQ(out.status, 0);
  // 15 servers at 800 KB/s are 1399 requests of 8,576 bytes a second: 27 in 20 ms, one or two a server.
  EXPECT_THAT(out.text, HasSubstr("DR, 15 servers in 3 racks, 6 clients in 2 pods, 1000 connections, scheduler rr\n"));
  EXPECT_THAT(out.text, testing::ContainsRegex("requests              2[78]\nanswered              2[5-8]\n"));
  EXPECT_THAT(out.text, HasSubstr("0 timed out, 0 refused"));
  EXPECT_THAT(out.text, HasSubstr("requests of a server  1 to 2, "));
}

// Clients in step: frames that come in at the same nanosecond by several interfaces of front switch and director.
TEST(Cluster, TheSameBytesOnOneTwoAndFourProcesses) {
#ifndef LVS_MPI
  GTEST_SKIP() << "this ns-3 has no MPI; ./waf ns3-mpi builds one";
#endif
  for (const std::string& words :
       {std::string("--racks=4 --servers=6 --pods=4 --clients=4 --server-rate=8MB/s --arrivals=together"),
        std::string(
            "--racks=3 --servers=5 --pods=2 --clients=3 --server-rate=20MB/s --arrivals=poisson --scheduler=wlc"),
        std::string("--racks=5 --servers=2 --pods=3 --clients=5 --director-cost=40us --server-rate=30MB/s")}) {
    const std::string all = words + " --duration=5ms --warm-up=1ms --delay=50us";
    const os::Output one = cluster(all);
    EXPECT_EQ(one.status, 0) << words;
    EXPECT_THAT(one.text, testing::ContainsRegex("answered +[1-9][0-9]"));
    for (const unsigned processes : {2u, 4u}) {
      const os::Output more = cluster(all, processes);
      EXPECT_EQ(more.status, 0) << words;
      EXPECT_EQ(more.text, one.text) << processes << " processes, " << words;
    }
  }
}

TEST(Cluster, BadOptionsAreOneLineAndStatusTwo) {
  for (const auto& [words, text] : {std::pair{"--racks=0", "--racks"},
                                    {"--racks=251", "--racks"},
                                    {"--scheduler=best", "known: rr wrr"},
                                    {"--arrivals=now", "known: periodic"},
                                    {"--delay=1ns", "--delay"},
                                    {"--servers=60000", "200000"}}) {
    const os::Output out = os::run({"sh", "-c", kClusterProgram + " " + words + " 2>&1"});
    EXPECT_EQ(out.status, 2) << words;
    EXPECT_THAT(out.text, HasSubstr(text));
    EXPECT_EQ(std::ranges::count(out.text, '\n'), 1) << out.text;
  }
}

TEST(Cluster, SeveralProcessesWithoutMpiAreRefused) {
#ifdef LVS_MPI
  GTEST_SKIP() << "this ns-3 has MPI";
#endif
  const os::Output out = os::run({"sh", "-c", "OMPI_COMM_WORLD_SIZE=2 " + kClusterProgram + " 2>&1"});
  EXPECT_EQ(out.status, 2);
  EXPECT_THAT(out.text, HasSubstr("this ns-3 has no MPI"));
}

TEST(Cluster, PartsGoToTheProcessWithLeastToDo) {
  ns3::LvsFabricConfig config;
  config.racks = 2;
  config.pods = 2;
  config.ranks = 2;
  const auto profile = ns3::LvsLoadProfile::Raw(536, std::vector<uint16_t>(15, 536));
  const ns3::LvsFabricPlaces two = ns3::LvsFabricHelper(config).Place(profile);
  EXPECT_EQ(two.director, 0u);
  EXPECT_EQ(two.pods, (std::vector<uint32_t>{1, 0}));
  EXPECT_EQ(two.racks, (std::vector<uint32_t>{1, 0}));
  config.ranks = 5;  // one each
  const ns3::LvsFabricPlaces five = ns3::LvsFabricHelper(config).Place(profile);
  EXPECT_EQ(five.pods, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(five.racks, (std::vector<uint32_t>{3, 4}));
}

}  // namespace
}  // namespace lvs::test
