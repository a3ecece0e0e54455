// SPDX-License-Identifier: GPL-2.0-or-later
// Labs that would go on for ever: each ends with status 2 and names the line.
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

class Bounds : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lvs-bounds-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  os::Output run(const std::string& startup, const std::string& timeline, const std::vector<std::string>& more = {}) {
    std::ofstream(folder_ / "lab.conf") << "a[0]=net\nb[0]=net\n";
    std::ofstream(folder_ / "a.startup") << "ip addr add 10.0.0.1/24 dev eth0\n" << startup;
    std::ofstream(folder_ / "b.startup") << "ip addr add 10.0.0.2/24 dev eth0\n";
    std::ofstream(folder_ / "lab.timeline") << timeline;
    std::vector<std::string> words{std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "run", folder_.string()};
    words.insert(words.end(), more.begin(), more.end());
    return os::run(words);
  }

  fs::path folder_;
};

TEST_F(Bounds, AStartupLineThatWaitsForNobody) {
  const os::Output ran = run("nc -l 80\n", "1 a echo hi\n2 - end\n");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("a.startup:2: nc -l 80: this line does not end: nothing is left to happen; the "
                                  "timeline never begins\n"));
}

TEST_F(Bounds, ATimelineLineThatWaitsForNobody) {
  const os::Output ran = run("", "1 a nc -l 80\n2 a echo hi\n");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("lab.timeline:1: nc -l 80: this line does not end"));
}

TEST_F(Bounds, APingThatGoesOn) {
  const os::Output ran = run("", "1 a ping 10.0.0.2\n2 a echo hi\n");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("lab.timeline:1: ping 10.0.0.2: this line has not ended after 24 hours of the lab's "
                                  "time; the timeline waits for it\n"));
}

TEST_F(Bounds, ASleepOfThirtyYears) {
  const os::Output ran = run("", "1 a sleep 1000000000\n");
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.text, HasSubstr("lab.timeline:1: sleep 1000000000: this line has not ended after 24 hours"));
}

TEST_F(Bounds, WhatIsLeftOutAtTheEndIsNamed) {
  const os::Output ran = run("", "1 a ping 10.0.0.2\n2 a echo hi\n3 b true\n5 - end\n");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.text, HasSubstr("lab.timeline:1: ping 10.0.0.2: this line was at work to the end; 2 lines behind it "
                                  "never ran\n"));
}

TEST_F(Bounds, FramesAndTime) {
  const os::Output frames = run("", "1 a ping 10.0.0.2\n", {"--max-frames", "1000"});
  EXPECT_EQ(frames.status, 2);
  EXPECT_THAT(frames.text, HasSubstr("stopped after 1000 frames (--max-frames), at: "));
  EXPECT_THAT(frames.text, HasSubstr("lab.timeline:1: ping 10.0.0.2\n"));
  const os::Output wall = run("", "1 a ping -i 0.002 10.0.0.2\n", {"--timeout", "1", "--quiet"});
  EXPECT_EQ(wall.status, 2);
  EXPECT_THAT(wall.text, HasSubstr("stopped after 1 s (--timeout), "));
  for (const char* bad : {"0", "-1", "x", "99999999999999999999"})
    EXPECT_EQ(run("", "", {"--timeout", bad}).status, 2) << bad;
}

}  // namespace
}  // namespace lvs::scenarios
