// SPDX-License-Identifier: GPL-2.0-or-later
// Walks of shipped labs and scenarios as lvs-trace prints them. Golden: tests/golden/trace/walk-NAME.txt, made by
// tests/golden/trace/record-walks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "common/trace-file.h"
#include "os/process.h"
#include "sweep/parallel.h"
#include "sweep/point.h"
#include "trace/file/index.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class Walks : public testing::TestWithParam<std::string> {};

TEST_P(Walks, AreThoseOfTheGoldenText) {
  const fs::path golden = fs::path(LVS_SOURCE_DIR) / "tests/golden/trace";
  const os::Output made = os::run({(golden / "record-walks").string(), LVS_PROGRAM_DIR, GetParam()});
  ASSERT_EQ(made.status, 0) << made.text;
  EXPECT_EQ(made.text, content(golden / ("walk-" + GetParam() + ".txt")));
}
INSTANTIATE_TEST_SUITE_P(Shipped, Walks,
                         testing::Values("nat-walk", "dr-walk", "tun-walk", "lvs-nat", "lvs-dr", "lvs-tun"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::erase(name, '-');
                           return name;
                         });

// A point at full load: everything it says can be read again, and it measures what it measures without a trace.
TEST(PointTrace, IsWholeAndChangesNothing) {
  PointSpec spec;
  spec.method = Method::nat;
  spec.servers = 2;
  spec.cpu = *control::find_cpu_preset("pentium166-nat");
  spec.warm_up = std::chrono::milliseconds(10);
  spec.duration = std::chrono::milliseconds(20);
  const ParallelOutcome without = run_points({spec}, 1, [](std::size_t, std::size_t, const PointResult&) {});
  TraceFile file;
  ASSERT_EQ(file.open_temporary("point-trace-test", TraceFile::Kind::live), "");
  spec.trace_fd = file.descriptor();
  const ParallelOutcome with = run_points({spec}, 1, [](std::size_t, std::size_t, const PointResult&) {});
  ASSERT_EQ(with.error, "");
  EXPECT_FALSE(with.results[0].outputs_failed);
  EXPECT_EQ(with.results[0].director_bytes_per_s, without.results[0].director_bytes_per_s);
  EXPECT_EQ(with.results[0].mean_latency_s, without.results[0].mean_latency_s);

  trace::TraceIndex index;
  ASSERT_TRUE(index.open(file.name()));
  while (index.update() != 0) {
  }
  EXPECT_EQ(index.error(), "");
  EXPECT_EQ(index.notice(), "");
  EXPECT_GT(index.size(), 1000u);
  EXPECT_EQ(index.info().program, "lvs-nat");
  EXPECT_EQ(index.info().host(std::string_view("director"))->role, "director");
  EXPECT_EQ(index.info().host(std::string_view("server1"))->role, "server");
  EXPECT_EQ(index.info().role_of(*base::Ipv4Addr::parse("10.0.0.100")), "VIP");
  for (const trace::HostInfo& host : index.info().hosts) {
    for (const trace::InterfaceInfo& interface : host.interfaces) {
      EXPECT_EQ(interface.segment >= 0, interface.name.starts_with("eth")) << host.name << ' ' << interface.name;
    }
  }
  trace::Record record;
  for (std::size_t i = 0; i < index.size(); ++i) ASSERT_TRUE(index.record(i, record));
  fs::remove(file.name());
}

TEST(TracePrograms, SayWhatIsWrong) {
  const std::string programs = std::string(LVS_PROGRAM_DIR) + "/";
  os::Output ran = os::run({programs + "lvs-nat", "--servers=1", "--trace", "/nowhere/x.pcapng", "--quiet"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.text, "lvs-nat: cannot write /nowhere/x.pcapng: No such file or directory\n");
  ran =
      os::run({programs + "lvs-lab", "run", std::string(LVS_SOURCE_DIR) + "/scenarios/labs/nat-walk", "--trace", "-"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("--trace - needs --quiet"));
  ran = os::run({programs + "lvs-trace", "/nowhere/x.pcapng"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.text, "lvs-trace: /nowhere/x.pcapng: No such file or directory\n");
}

}  // namespace
}  // namespace lvs::scenarios
