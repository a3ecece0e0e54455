// SPDX-License-Identifier: GPL-2.0-or-later
// The NAT bottleneck as it comes out of the simulation.
#include "sweep/point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "names/name-server.h"
#include "sweep/fields.h"
#include "sweep/parallel.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

using namespace std::chrono_literals;

// The published setting: 60 us a packet, 536 bytes.
PointSpec published_spec(Method method, unsigned servers) {
  PointSpec spec;
  spec.method = method;
  spec.servers = servers;
  spec.cpu = *control::find_cpu_preset("pentium166-nat");
  return spec;
}

// In other processes, as the programs do it: ns-3 has one simulator a process.
std::vector<PointResult> run(const std::vector<PointSpec>& specs) {
  const ParallelOutcome outcome = run_points(specs, 2, [](std::size_t, std::size_t, const PointResult&) {});
  EXPECT_EQ(outcome.error, "");
  return outcome.results;
}

TEST(Point, NatPlateauIsWithinOnePercentOfThePublishedOne) {
  const auto results = run({published_spec(Method::nat, 14), published_spec(Method::nat, 25)});
  for (const PointResult& r : results) {
    EXPECT_NEAR(r.director_bytes_per_s / 1e6, published::kMaxMBps, published::kMaxMBps * 0.01);
    EXPECT_NEAR(r.mean_packet_bytes, published::kPacketBytes, 1e-9);
    EXPECT_GT(r.cpu, 0.999);
  }
  EXPECT_GT(results[1].drops, 0);
}

TEST(Point, BelowThePlateauEverythingArrives) {
  const auto results = run({published_spec(Method::nat, 8)});
  EXPECT_NEAR(results[0].director_bytes_per_s, 8 * 800e3, 8 * 800e3 * 0.02);
  EXPECT_EQ(results[0].drops, 0);
  EXPECT_LT(results[0].cpu, 0.8);
}

TEST(Point, HalvingTheCostDoublesThePlateau) {
  PointSpec slow = published_spec(Method::nat, 40);
  PointSpec fast = slow;
  fast.cpu.rewrite = fast.cpu.route = 30us;
  const auto results = run({slow, fast});
  EXPECT_NEAR(results[1].director_bytes_per_s / results[0].director_bytes_per_s, 2.0, 0.01);
}

TEST(Point, DrAndTunGoOnGrowing) {
  for (Method method : {Method::dr, Method::tun}) {
    const auto results = run({published_spec(method, 12), published_spec(method, 24)});
    EXPECT_NEAR(results[1].reply_bytes_per_s / results[0].reply_bytes_per_s, 2.0, 0.03) << name_of(method);
    EXPECT_EQ(results[1].drops, 0);
    // Only requests pass the director: one packet of sixteen.
    EXPECT_NEAR(results[1].director_bytes_per_s * 16, 24 * 800e3, 24 * 800e3 * 0.03);
  }
}

TEST(Point, AFastCpuMakesTheNicTheLimit) {
  PointSpec spec = published_spec(Method::nat, 40);
  spec.cpu = *control::find_cpu_preset("dpvs-1core-udp");
  spec.nic = 100e6;
  const auto results = run({spec});
  // 15 of 16 packets leave by the front NIC in one direction: 536 bytes and 38 of Ethernet each.
  const double line = 100e6 / 8 / (536 + 38) * 536;
  EXPECT_NEAR(results[0].reply_bytes_per_s, line, line * 0.02);
  EXPECT_LT(results[0].cpu, 0.05);
  EXPECT_GT(results[0].drops, 0);
}

TEST(Point, TcpAndUdpLoadsAreServed) {
  for (LoadKind kind : {LoadKind::udp, LoadKind::tcp}) {
    for (Method method : kMethods) {
      PointSpec spec = published_spec(method, 3);
      spec.load = kind;
      spec.request_size = 300;
      spec.reply_size = 8000;
      spec.packet_size = 1500;
      const auto results = run({spec});
      const double offered = 3 * 800e3 / exchange_bytes(spec);
      EXPECT_NEAR(results[0].requests_per_s, offered, offered * 0.05) << name_of(kind) << ' ' << name_of(method);
      EXPECT_EQ(results[0].drops, 0);
    }
  }
}

TEST(Point, SeveralDirectorsCarryInProportion) {
  PointSpec one = published_spec(Method::nat, 40);
  PointSpec three = one;
  three.directors = 3;
  const auto results = run({one, three});
  EXPECT_NEAR(results[1].director_bytes_per_s / results[0].director_bytes_per_s, 3.0, 0.03);
}

// Each resolver keeps the director that the name server has told it: two of them fill two directors of four.
TEST(Point, ResolversThatKeepAnswersFillAsManyDirectorsAsThereAreOfThem) {
  PointSpec one = published_spec(Method::nat, 40);
  PointSpec kept = one;
  kept.directors = 4;
  kept.resolvers = 2;
  kept.make_names = make_hybrid_names;
  PointSpec many = kept;
  many.resolvers = 20;
  const auto results = run({one, kept, many});
  EXPECT_NEAR(results[1].director_bytes_per_s / results[0].director_bytes_per_s, 2.0, 0.03);
  EXPECT_NEAR(results[1].director_most, 2.0, 0.02);
  EXPECT_EQ(results[1].director_least, 0);
  EXPECT_NEAR(results[2].director_most, 1.0, 0.02);
}

// gc_thresh3 is 1024: a director that does not know more stations keeps asking for the others in vain.
TEST(Point, ATableOfNeighboursThatIsTooSmallLosesRequests) {
  PointSpec small = published_spec(Method::dr, 1200);
  small.cpu = *control::find_cpu_preset("dpvs-1core-udp");
  small.server_rate = 80e3;
  small.neighbours = Neighbours::learned;
  PointSpec large = small;
  large.neighbours = Neighbours::raised;
  const auto results = run({small, large});
  EXPECT_LT(results[0].reply_bytes_per_s, results[1].reply_bytes_per_s * 0.95);
  EXPECT_NEAR(results[1].reply_bytes_per_s, 1200 * 80e3 * reply_share(large), 1200 * 80e3 * 0.02);
}

TEST(Point, ManyClientsShareTheLoad) {
  PointSpec spec = published_spec(Method::dr, 4);
  spec.clients = 50;
  PointSpec one = spec;
  one.clients = 1;
  const auto results = run({spec, one});
  EXPECT_NEAR(results[0].requests_per_s, results[1].requests_per_s, results[1].requests_per_s * 0.03);
}

// At the start 400 servers ask for each other by ARP; what that does to a director at full load is not what is
// measured.
TEST(Point, ManyServersBehindDrAreServedAsBehindTun) {
  const auto results = run({published_spec(Method::dr, 400), published_spec(Method::tun, 400)});
  EXPECT_NEAR(results[0].reply_bytes_per_s / results[1].reply_bytes_per_s, 1, 0.01);
  EXPECT_NEAR(results[0].director_bytes_per_s / 1e6, published::kMaxMBps, published::kMaxMBps * 0.01);
}

PointSpec working_spec(const std::string& scheduler) {
  PointSpec spec = published_spec(Method::dr, 4);
  spec.load = LoadKind::tcp;
  spec.packet_size = 1500;
  spec.request_size = 300;
  spec.reply_size = 1000;
  spec.cpu = *control::find_cpu_preset("dpvs-1core-udp");
  spec.scheduler = scheduler;
  spec.ask.arrivals = "poisson";
  spec.ask.work.arrivals = ns3::LvsWorkArrivals::Poisson();
  spec.ask.work.reply = ns3::LvsWorkLaw::Fixed(1000);
  spec.ask.service_time = 0.01;
  spec.ask.work.demand = ns3::LvsWorkLaw::Exponential(0.01);
  spec.server_rate = 0.8 / 0.01 * exchange_bytes(spec);
  spec.warm_up = 5s;
  spec.duration = 20s;
  return spec;
}

TEST(Point, TheSchedulerMattersWhereServersTakeTime) {
  const auto results = run({working_spec("rr"), working_spec("wlc"), working_spec("dh")});
  EXPECT_LT(results[1].mean_latency_s, results[0].mean_latency_s * 0.8);
  EXPECT_NEAR(results[0].utilisation, 0.8, 0.05);
  EXPECT_NEAR(results[0].jain, 1, 0.001);
  EXPECT_NEAR(results[2].jain, 0.25, 1e-9);  // one VIP is one destination: one server
  EXPECT_GT(results[2].timeouts, 1000);
}

// Two Poisson streams are one, and each has the mix's waiting and its own service before it.
TEST(Point, ClassesOfClientsHaveLatenciesOfTheirOwn) {
  PointSpec spec = working_spec("wlc");
  spec.ask.classes = {{"0.75", 0.75, spec.ask.work}, {"0.25,service-time=40ms", 0.25, spec.ask.work}};
  spec.ask.classes[1].work.demand = ns3::LvsWorkLaw::Exponential(0.04);
  spec.server_rate /= 2;  // 0.7 busy
  PointSpec alone = spec;
  alone.ask.classes.clear();
  const auto results = run({spec, alone});
  EXPECT_NEAR(results[0].utilisation, 0.4 * (0.75 * 1 + 0.25 * 4), 0.05);
  EXPECT_NEAR(results[0].class1_per_s, 3 * results[0].class2_per_s, 0.1 * results[0].class1_per_s);
  EXPECT_NEAR(results[0].class1_per_s + results[0].class2_per_s, results[0].requests_per_s, 1);
  EXPECT_NEAR(results[0].class2_mean_s - results[0].class1_mean_s, 0.03, 0.006);
  EXPECT_TRUE(std::isnan(results[0].class3_per_s));
  EXPECT_TRUE(std::isnan(results[1].class1_mean_s));
}

TEST(Point, TheRunMattersWhereAnythingIsDrawn) {
  PointSpec first = published_spec(Method::nat, 8);
  first.ask.arrivals = "poisson";
  PointSpec second = first;
  second.run = 2;
  const auto results = run({first, second, first});
  EXPECT_NE(results[0].mean_latency_s, results[1].mean_latency_s);
  EXPECT_EQ(results[0].mean_latency_s, results[2].mean_latency_s);
  EXPECT_GT(results[0].p99_s, results[0].p50_s);
}

TEST(Point, TheDistributionOfLatenciesGoesFromTheFirstToTheLast) {
  PointSpec spec = published_spec(Method::nat, 8);
  spec.ask.arrivals = "poisson";
  const PointResult result = run({spec})[0];
  EXPECT_TRUE(std::ranges::is_sorted(result.cdf));
  EXPECT_FLOAT_EQ(result.cdf[50], static_cast<float>(result.p50_s));
  EXPECT_FLOAT_EQ(result.cdf[99], static_cast<float>(result.p99_s));
  EXPECT_NEAR(result.cdf[kCdfPoints - 1], result.max_s, result.max_s * 0.05);
  EXPECT_DOUBLE_EQ(cdf_share(108), 0.999);

  const Summary summary = summarize(std::vector<PointResult>{result});
  Sweep sweep{{.name = "lvs-nat", .summary = ""}, {}, {{spec, summary.mean, summary.half}}, {}};
  const std::string table = cdf_csv(sweep);
  EXPECT_EQ(std::ranges::count(table, '\n'), static_cast<std::ptrdiff_t>(1 + kCdfPoints));
  EXPECT_NE(table.find("\nnat,800000,8,0.5,"), std::string::npos) << table.substr(0, 2000);
  EXPECT_NE(cdf_figure(sweep, false).find("NAT, 8 servers"), std::string::npos);
}

TEST(Point, WithoutCompletionsThereIsNoLatency) {
  PointSpec spec = published_spec(Method::nat, 1);
  spec.duration = 1ms;
  spec.server_rate = 1000;  // the first request is answered long before
  const auto results = run({spec});
  EXPECT_EQ(results[0].requests_per_s, 0);
  EXPECT_TRUE(std::isnan(results[0].mean_latency_s));
}

TEST(Point, AQueueWithoutEndIsSaid) {
  PointSpec stable = published_spec(Method::nat, 8);
  stable.observe = true;
  PointSpec growing = published_spec(Method::nat, 12);
  growing.observe = true;
  const auto results = run({stable, growing});
  EXPECT_EQ(results[0].growing, 0);
  EXPECT_EQ(results[1].growing, 1);
}

TEST(Point, TheWarmUpIsFound) {
  PointSpec spec = working_spec("rr");
  spec.warm_up = 100ms;
  spec.find_warm_up = true;
  spec.observe = true;
  const auto results = run({spec});
  EXPECT_GE(results[0].warm_up_s, 0.1);
  EXPECT_LE(results[0].warm_up_s, 10.01);
}

// Short points share a process: none may see that another was there before.
TEST(Point, WhatRanBeforeChangesNothing) {
  std::vector<PointSpec> specs;
  for (const LoadKind kind : {LoadKind::raw, LoadKind::udp, LoadKind::tcp}) {
    for (const Method method : kMethods) {
      PointSpec spec = published_spec(method, 3);
      spec.load = kind;
      spec.warm_up = spec.duration = 20ms;
      spec.ask.arrivals = "poisson";
      spec.ask.work.arrivals = ns3::LvsWorkArrivals::Poisson();
      specs.push_back(spec);
    }
  }
  PointSpec hybrid = published_spec(Method::nat, 2);
  hybrid.directors = 2;
  hybrid.resolvers = 2;
  hybrid.make_names = make_hybrid_names;
  hybrid.warm_up = hybrid.duration = 20ms;
  specs.insert(specs.begin() + 3, hybrid);
  const auto together = run(specs);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const auto alone = run({specs[i]});
    EXPECT_EQ(to_line(together[i]), to_line(alone[0])) << i;
    EXPECT_GT(alone[0].requests_per_s, 0) << i;
  }
}

TEST(Point, TheSameSeedGivesTheSameBytes) {
  const std::vector<PointSpec> specs{published_spec(Method::nat, 13), published_spec(Method::tun, 5)};
  Sweep first{{.name = "lvs-dr", .summary = ""}, {}, {}, {}};
  Sweep second = first;
  const auto a = run(specs);
  const auto b = run(specs);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    first.points.push_back({specs[i], a[i], {}});
    second.points.push_back({specs[i], b[i], {}});
  }
  EXPECT_EQ(to_json(first), to_json(second));
  EXPECT_EQ(to_csv(first), to_csv(second));
}

}  // namespace
}  // namespace lvs::scenarios
