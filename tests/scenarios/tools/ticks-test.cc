// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab run --hz: timers as late as those of a kernel with so many ticks a second.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "os/process.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Address resolution is given up after three waits of a second. Each ends with its slot: of 8 ticks where it is 63 to
// 503 ticks long, of 64 from there on (kernel: calc_index() in kernel/time/timer.c).
TEST(Ticks, AWaitEndsWithItsSlot) {
  const fs::path folder = fs::temp_directory_path() / ("lvs-ticks-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "lab.conf") << "a[0]=net\nb[0]=net\n";
  std::ofstream(folder / "a.startup") << "ip addr add 10.0.0.1/24 dev eth0\n";
  std::ofstream(folder / "lab.timeline") << "1 a ping -c 1 -q 10.0.0.9\n1.1 a true\n9 - end\n";
  const auto run = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "run", folder.string()};
    words.insert(words.end(), more.begin(), more.end());
    return os::run(words);
  };
  EXPECT_THAT(run({}).text, HasSubstr("\n    4.000 a# true"));
  EXPECT_THAT(run({"--hz", "100"}).text, HasSubstr("\n    4.160 a# true"));
  EXPECT_THAT(run({"--hz", "250"}).text, HasSubstr("\n    4.064 a# true"));
  EXPECT_THAT(run({"--hz", "1000"}).text, HasSubstr("\n    4.096 a# true"));
  for (const char* bad : {"0", "300", "100.0", "", "x"}) {
    const os::Output ran = run({"--hz", bad});
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.text,
              "lvs-lab: --hz: '" + std::string(bad) + "' is no number of ticks a second; known: 100, 250, 1000\n");
  }
  EXPECT_EQ(run({"--hz", "250", "--on", "linux"}).text,
            "lvs-lab: --hz is for the model: a real kernel has its own ticks\n");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace lvs::scenarios
