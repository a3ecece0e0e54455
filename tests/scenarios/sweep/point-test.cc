// SPDX-License-Identifier: GPL-2.0-or-later
// The NAT bottleneck as it comes out of the simulation.
#include "sweep/point.h"

#include <gtest/gtest.h>

#include <algorithm>

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

// Each point in a process of its own, as the programs do it: ns-3 has one simulator a process.
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
