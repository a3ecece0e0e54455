// SPDX-License-Identifier: GPL-2.0-or-later
// The ways to build a cluster: ceilings come out of packets and costs. And the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "common/runs.h"
#include "compare/costs.h"
#include "compare/options.h"
#include "compare/report.h"

namespace lvs::scenarios {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using namespace std::chrono_literals;

CompareSpec small(Way way) {
  CompareSpec spec;
  spec.way = way;
  spec.cpu = find_cost_preset("xeon-nginx")->model();
  spec.server_cpu = false;
  spec.concurrency = 100;
  spec.warm_up = 20ms;
  spec.duration = 30ms;
  return spec;
}

void scale(host::CpuModel& model, double factor) {
  for (const CostField& field : cost_fields()) {
    auto& cost = field.of(model);
    cost = std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(cost.count()) * factor));
  }
}

// Each in a process of its own, as ns-3 wants it.
std::vector<CompareResult> run(const std::vector<CompareSpec>& specs) {
  RunPlan<CompareResult> plan;
  plan.processes = 2;
  for (std::size_t i = 0; i < specs.size(); ++i) plan.order.push_back(i);
  plan.run = [&](std::size_t job) { return run_compare(specs[job]); };
  plan.name = [](std::size_t) { return std::string("a point"); };
  plan.progress = [](std::size_t, std::size_t, const CompareResult&) {};
  RunOutcome<CompareResult> outcome = run_all(plan);
  EXPECT_EQ(outcome.error, "");
  return std::move(outcome.results);
}

class Ceiling : public testing::TestWithParam<Way> {};

TEST_P(Ceiling, DoublesWhenTheCostsAreHalved) {
  std::vector<CompareSpec> specs{small(GetParam()), small(GetParam())};
  // So that forty clients are enough, and that there are requests enough for a mean.
  const double dear = info_of(GetParam()).layer7 ? 2 : 4;
  scale(specs[0].cpu, dear);
  scale(specs[1].cpu, dear / 2);
  for (CompareSpec& spec : specs) {
    spec.concurrency = 40;  // round trips are short beside the window
    spec.warm_up = 60ms;
    spec.duration = 120ms;
  }
  const auto results = run(specs);
  EXPECT_GT(results[0].cpu, 0.97);
  EXPECT_GT(results[1].cpu, 0.97);
  EXPECT_NEAR(results[1].requests_per_s / results[0].requests_per_s, 2, 0.15);
}

INSTANTIATE_TEST_SUITE_P(Dispatchers, Ceiling, testing::Values(Way::nginx, Way::ktcpvs, Way::nat, Way::tun, Way::dr),
                         [](const testing::TestParamInfo<Way>& param) {
                           return std::string(info_of(param.param).name);
                         });

// What a program does costs nothing where there is none.
TEST(Compare, CallsCostNginxAndNotDr) {
  std::vector<CompareSpec> specs{small(Way::nginx), small(Way::nginx), small(Way::dr), small(Way::dr)};
  for (CompareSpec& spec : specs) scale(spec.cpu, 4);
  specs[1].cpu.user.call *= 4;
  specs[3].cpu.user.call *= 4;
  const auto results = run(specs);
  EXPECT_LT(results[1].requests_per_s, 0.8 * results[0].requests_per_s);
  EXPECT_EQ(results[3].requests_per_s, results[2].requests_per_s);
}

// What passes the dispatcher: requests alone (DR, TUN), both directions (NAT), two connections (nginx).
TEST(Compare, PacketsThroughTheDispatcher) {
  std::vector<CompareSpec> specs;
  for (const Way way : {Way::dr, Way::tun, Way::nat, Way::nginx, Way::dns}) {
    specs.push_back(small(way));
    specs.back().rate = 2000;
  }
  const auto results = run(specs);
  EXPECT_LT(results[0].packets_per_request, 0.7 * results[2].packets_per_request);
  EXPECT_NEAR(results[1].packets_per_request, results[0].packets_per_request, 0.5);
  EXPECT_GT(results[1].bytes_per_request, results[0].bytes_per_request + 50) << "an outer header a packet";
  EXPECT_GT(results[2].bytes_per_request, 2 * 4096);
  EXPECT_GT(results[3].bytes_per_request, 2 * 4096);
  EXPECT_EQ(results[4].cpu, 0);
}

// One of four servers ends: its share of the requests fails, unless somebody asks another one.
TEST(Compare, WhoAsksAnotherServer) {
  std::vector<CompareSpec> specs;
  for (const Way way : {Way::dns, Way::client, Way::nginx, Way::dr}) {
    specs.push_back(small(way));
    specs.back().rate = 5000;
    specs.back().dies = true;
  }
  const auto results = run(specs);
  EXPECT_NEAR(results[0].failed, 0.25, 0.05);
  EXPECT_EQ(results[1].failed, 0);
  EXPECT_EQ(results[2].failed, 0);
  EXPECT_NEAR(results[3].failed, 0.25, 0.05);
}

// nginx's kept connections spare it the second one's packets.
TEST(Compare, KeptConnectionsToServersCostLess) {
  std::vector<CompareSpec> specs{small(Way::nginx), small(Way::nginx)};
  for (CompareSpec& spec : specs) spec.rate = 3000;
  specs[1].keepalive = 64;
  const auto results = run(specs);
  EXPECT_LT(results[1].packets_per_request, results[0].packets_per_request - 5);
  EXPECT_LT(results[1].cpu, 0.8 * results[0].cpu);
  EXPECT_EQ(results[1].failed, 0);
}

// Caches make it uneven.
TEST(Compare, AResolversCacheSendsItsClientsToOneServer) {
  std::vector<CompareSpec> specs{small(Way::dns), small(Way::dns)};
  specs[0].rate = specs[1].rate = 5000;
  specs[1].ttl = 10;
  const auto results = run(specs);
  EXPECT_LT(results[0].busiest, 1.1);
  EXPECT_NEAR(results[1].busiest, 4, 1e-9);
}

TEST(Compare, TheSameSeedGivesTheSame) {
  std::vector<CompareSpec> specs{small(Way::nginx), small(Way::nginx), small(Way::nginx)};
  for (CompareSpec& spec : specs) spec.rate = 3000;
  specs[2].run = 2;
  const auto results = run(specs);
  EXPECT_EQ(results[0].mean_s, results[1].mean_s);
  EXPECT_NE(results[0].mean_s, results[2].mean_s);
}

struct Parsed {
  std::optional<CompareOptions> options;
  int status = -1;
  std::string out, err;
};
Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "lvs-compare");
  std::ostringstream out, err;
  Parsed parsed;
  parsed.options = parse_compare_options(static_cast<int>(words.size()), words.data(), out, err, parsed.status);
  parsed.out = out.str();
  parsed.err = err.str();
  return parsed;
}

TEST(CompareOptions, Defaults) {
  const auto parsed = parse({});
  ASSERT_TRUE(parsed.options);
  EXPECT_THAT(parsed.options->ways, SizeIs(kWays));
  EXPECT_EQ(parsed.options->base.concurrency, 256u);
  EXPECT_EQ(parsed.options->base.cpu.receive, 1us);
}

TEST(CompareOptions, EveryCostHasAnOption) {
  for (const CostField& field : cost_fields()) {
    const std::string word = "--" + std::string(field.option) + "=7us";
    const auto parsed = parse({word.c_str()});
    ASSERT_TRUE(parsed.options) << parsed.err;
    host::CpuModel model = parsed.options->base.cpu;
    EXPECT_EQ(field.of(model), 7us) << field.option;
    EXPECT_THAT(parsed.options->preset, HasSubstr("changed"));
  }
}

TEST(CompareOptions, WhatIsWrongIsSaidInOneLine) {
  for (const char* word : {"--ways=dns,none",
                           "--ways=",
                           "--servers=0",
                           "--servers=-1",
                           "--concurrency=5001",
                           "--rates=5",
                           "--rates=1,x",
                           "--preset=none",
                           "--call-cost=2m",
                           "--call-cost=2s",
                           "--ttl=x",
                           "--link-rate=3",
                           "--duration=1ms",
                           "--replications=0",
                           "--plot=x.png",
                           "--nothing",
                           "word",
                           "--keepalive=10001",
                           "--resolvers=0",
                           "--reply-size=0",
                           "--reply-size=1000001",
                           "--seed=0"}) {
    const auto parsed = parse({word});
    EXPECT_FALSE(parsed.options) << word;
    EXPECT_EQ(parsed.status, 2) << word;
    EXPECT_THAT(parsed.err, testing::StartsWith("lvs-compare: ")) << word;
    EXPECT_EQ(std::ranges::count(parsed.err, '\n'), 1) << word << ": " << parsed.err;
  }
}

}  // namespace
}  // namespace lvs::scenarios
