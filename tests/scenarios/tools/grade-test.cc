// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab grade: every shipped exercise by its task, its solution and wrong answers; courses with broken submissions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "os/fd.h"
#include "os/process.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = LVS_SOURCE_DIR;

os::Output grade(std::vector<std::string> words) {
  words.insert(words.begin(), {std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "grade"});
  return os::run(words);
}

std::vector<std::string> folders_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return {names.begin(), names.end()};
}

// Points of the first line that has some: "NAME: 2 of 5 points".
std::pair<int, int> points(const std::string& text) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(": ([0-9]+) of ([0-9]+) points"))) return {-1, -1};
  return {std::stoi(found[1]), std::stoi(found[2])};
}

class ShippedExercise : public testing::TestWithParam<std::string> {
 protected:
  const fs::path task_ = kSource / "scenarios/exercises" / GetParam();
  const fs::path solution_ = kSource / "scenarios/solutions" / GetParam();
};

TEST_P(ShippedExercise, TaskLacksPoints) {
  const os::Output graded = grade({task_.string()});
  EXPECT_EQ(graded.status, 1) << graded.text;
  const auto [has, of] = points(graded.text);
  EXPECT_GT(of, 0);
  EXPECT_LT(has, of);
}

TEST_P(ShippedExercise, SolutionHasAllPoints) {
  const os::Output graded = grade({"--exercise", task_.string(), solution_.string()});
  EXPECT_EQ(graded.status, 0) << graded.text;
  EXPECT_THAT(graded.text, Not(HasSubstr("FAIL")));
}

TEST_P(ShippedExercise, WrongAnswersLackPoints) {
  const fs::path answers = kSource / "tests/scenarios/answers" / GetParam();
  for (const std::string& name : folders_in(answers)) {
    const os::Output graded = grade({"--exercise", task_.string(), (answers / name).string()});
    EXPECT_EQ(graded.status, 1) << graded.text;
  }
}

TEST_P(ShippedExercise, HasATaskInWords) {
  const std::string readme = os::read_file((task_ / "README.md").string());
  EXPECT_THAT(readme, HasSubstr("**Task:**"));
  EXPECT_THAT(readme, HasSubstr("lvs-lab new answer --from " + GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedExercise, testing::ValuesIn(folders_in(kSource / "scenarios/exercises")),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

class Course : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(course_ / "ann");
    fs::create_directories(course_ / "bob");
    write("ann/director.startup",
          os::read_file((kSource / "scenarios/solutions/nat-forward/director.startup").string()));
    write("bob/director.startup",
          os::read_file((kSource / "scenarios/exercises/nat-forward/director.startup").string()));
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((course_ / name).parent_path());
    std::ofstream(course_ / name) << text;
  }
  // Status and CSV.
  std::string csv(int status, std::vector<std::string> more = {}) {
    const std::string file = (folder_ / "grades.csv").string();
    std::vector<std::string> words{"--exercise", "nat-forward", course_.string(), "--csv", file};
    words.insert(words.end(), more.begin(), more.end());
    const os::Output graded = grade(words);
    EXPECT_EQ(graded.status, status) << graded.text;
    said_ = graded.text;
    return fs::exists(file) ? os::read_file(file) : "";
  }

  const fs::path folder_ = fs::temp_directory_path() / ("lvs-grade-test-" + std::to_string(getpid()));
  const fs::path course_ = folder_ / "course";
  std::string said_;
};

TEST_F(Course, IsATableAndSaysWhy) {
  EXPECT_EQ(csv(1), "lab,points,of,failed,error\nann,5,5,,\nbob,0,5,1 2 3,\n");
  EXPECT_THAT(said_, HasSubstr("what happened: at 1.000 s director ROUTING DROP: ip_forwarding_off"));
  EXPECT_THAT(said_, HasSubstr("hint: Requests do arrive."));
}

TEST_F(Course, OneBrokenSubmissionStopsNobody) {
  write("carl/director.startup", "ip adr add 10.0.1.100/32 dev eth0\n");
  write("dora/letter.txt", "I was ill.\n");
  write("=1+1/director.startup", "nc -l 99\n");
  fs::create_symlink("/etc/passwd", course_ / "dora" / "director.startup");
  const std::string table = csv(2, {"-j", "2"});
  EXPECT_THAT(table, HasSubstr("\nann,5,5,,\nbob,0,5,1 2 3,\n"));
  EXPECT_THAT(table, HasSubstr("carl,0,"));
  EXPECT_THAT(table, HasSubstr("/carl/director.startup:1: column"));
  EXPECT_THAT(table, HasSubstr("/dora/director.startup: is no ordinary file\n"));
  EXPECT_THAT(table, HasSubstr("\n'=1+1,0,5,,"));
  EXPECT_THAT(table, HasSubstr("director.startup:1: nc -l 99: this line does not end"));
}

TEST_F(Course, BoundsHold) {
  write("hang/director.startup", "while true; do true; done\n");
  write("flood/director.startup",
        "ip addr add 10.0.1.254/24 dev eth0\nping -i 0.002 -c 1000000 10.0.1.1 > /dev/null &\n");
  const std::string table = csv(2, {"--timeout", "20", "--max-frames", "5000"});
  EXPECT_THAT(table, HasSubstr("ann,5,5,,\n"));
  EXPECT_THAT(table, HasSubstr("bob,0,5,1 2 3,\n"));
  EXPECT_THAT(table, HasSubstr("stopped after 5000 frames (--max-frames)"));
  EXPECT_THAT(table, testing::ContainsRegex("hang,0,"));
}

TEST_F(Course, ClientAndChecksCannotBeHandedIn) {
  write("bob/lab.check", "client `true` succeeds\n");
  write("bob/client.startup", "ip addr add 192.168.1.77/24 dev eth0\n");
  EXPECT_THAT(csv(1), HasSubstr("bob,0,5,1 2 3,\n"));
}

TEST_F(Course, WalksOpenWhereTheySay) {
  csv(1, {"--walks", (folder_ / "walks").string()});
  std::smatch found;
  ASSERT_TRUE(std::regex_search(said_, found, std::regex("look at it: lvs-trace (\\S+) ([0-9]+)\n")));
  const os::Output walk = os::run({std::string(LVS_PROGRAM_DIR) + "/lvs-trace", found[1], found[2]});
  EXPECT_EQ(walk.status, 0);
  EXPECT_THAT(walk.text, HasSubstr("ip_forwarding_off"));
}

TEST_F(Course, JsonHasEachCheck) {
  const std::string file = (folder_ / "grades.json").string();
  csv(1, {"--json", file, "--quiet"});
  EXPECT_EQ(said_, "");
  const std::string json = os::read_file(file);
  EXPECT_THAT(json, HasSubstr("{\"lab\":\"ann\""));
  EXPECT_THAT(json, HasSubstr("\"check\":\"replies pass the director\",\"points\":1,\"of\":1,\"passed\":true}"));
  EXPECT_THAT(json, HasSubstr("\"at\":1.000000,\"moment\":\"at 1.000 s director ROUTING DROP: ip_forwarding_off"));
}

TEST(Grade, WrongWordsAreStatusTwo) {
  EXPECT_THAT(grade({}).text, HasSubstr("which lab?"));
  EXPECT_EQ(grade({"--exercise", "no-such-lab", "x"}).status, 2);
  EXPECT_THAT(grade({"nat-walk"}).text, HasSubstr("nat-walk: has no lab.check"));
  EXPECT_THAT(grade({"nat-forward", "-j", "0"}).text, HasSubstr("--jobs: '0' is no whole number from 1 to 1024"));
}

}  // namespace
}  // namespace lvs::scenarios
