// SPDX-License-Identifier: GPL-2.0-or-later
// INT, TERM, HUP and KILL at random moments: no process, no temporary file, no half of a file is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "os/process.h"
#include "support/interrupt.h"
#include "trace/file/index.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const std::string kPrograms = std::string(LVS_PROGRAM_DIR) + "/";

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string judge_json(const fs::path& path) {
  const std::string text = content(path);
  return text.ends_with("}\n") ? std::string() : "is cut";
}

std::string judge_pcapng(const fs::path& path) {
  trace::TraceIndex index;
  if (!index.open(path.string())) return index.error();
  while (index.update() != 0) {
  }
  return index.notice() + index.error();
}

std::string judge(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (fs::is_directory(path)) return path.filename() == "captures" ? "" : "is a folder";
  if (extension == ".json") return judge_json(path);
  if (extension == ".csv") return content(path).ends_with("\n") ? "" : "is cut";
  if (extension == ".svg") return content(path).ends_with("</svg>\n") ? "" : "is cut";
  if (path.filename() == "walk.pcapng") return judge_pcapng(path);
  if (extension == ".pcap" || extension == ".pcapng") return fs::file_size(path) > 0 ? "" : "is empty";
  return "is left";
}

TEST(Interrupted, ALabRun) {
  const test::Interruption what{
      {kPrograms + "lvs-lab", "run", "sched-rr", "--json", "a.json", "--capture", "captures", "--trace", "walk.pcapng"},
      std::chrono::milliseconds(600),
      {},
      judge};
  EXPECT_THAT(test::left_behind(what), IsEmpty());
}

TEST(Interrupted, ACheck) {
  const test::Interruption what{
      {kPrograms + "lvs-lab", "check", "nat-walk", "dr-walk", "tun-walk"}, std::chrono::milliseconds(400), {}, judge};
  EXPECT_THAT(test::left_behind(what), IsEmpty());
}

TEST(Interrupted, ASweepOfSeveralProcesses) {
  const test::Interruption what{
      {kPrograms + "lvs-nat", "--servers=6", "--jobs=4", "--json=a.json", "--csv=a.csv", "--plot=a.svg", "--quiet"},
      std::chrono::milliseconds(3000),
      {},
      judge};
  EXPECT_THAT(test::left_behind(what), IsEmpty());
}

TEST(Interrupted, APointWithCaptures) {
  const test::Interruption what{
      {kPrograms + "lvs-dr", "--servers=4", "--pcap=packets", "--trace=walk.pcapng", "--quiet"},
      std::chrono::milliseconds(1500),
      {},
      judge};
  EXPECT_THAT(test::left_behind(what), IsEmpty());
}

TEST(Interrupted, AnExportOfATrace) {
  const auto prepare = [](const fs::path& folder) {
    const os::Output made =
        os::run({kPrograms + "lvs-lab", "run", "sched-rr", "--quiet", "--trace", (folder / "walk.pcapng").string()});
    ASSERT_EQ(made.status, 0) << made.text;
  };
  const test::Interruption what{{kPrograms + "lvs-trace", "walk.pcapng", "--pcapng", "--output", "out.pcapng"},
                                std::chrono::milliseconds(100),
                                prepare,
                                judge};
  EXPECT_THAT(test::left_behind(what), IsEmpty());
}

}  // namespace
}  // namespace lvs::scenarios
