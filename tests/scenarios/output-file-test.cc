// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/output-file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/units.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

class OutputFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lvs-output-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::string content(const char* name) const {
    std::ifstream in(path(name));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(OutputFile, AppearsWholeAtTheEnd) {
  std::ofstream(path("a")) << "old";
  OutputFiles files;
  ASSERT_EQ(files.open(path("a")), "");
  files.write(path("a"), "new");
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(files.commit(), "");
  EXPECT_EQ(content("a"), "new");
  EXPECT_EQ(count(), 1u);
}

TEST_F(OutputFile, LeavesNothingWithoutCommit) {
  std::ofstream(path("a")) << "old";
  {
    OutputFiles files;
    ASSERT_EQ(files.open(path("a")), "");
    ASSERT_EQ(files.open(path("b")), "");
    files.write(path("a"), "new");
  }
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(count(), 1u);
}

TEST_F(OutputFile, SaysWhyItCannot) {
  OutputFiles files;
  EXPECT_EQ(files.open(path("missing/a")), "No such file or directory");
  EXPECT_EQ(files.open(folder_.string()), "is a directory");
}

TEST(Units, RatesAndTimes) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parse_duration("60us"), 60us);
  EXPECT_EQ(parse_duration("60"), 60us);
  EXPECT_EQ(parse_duration("1.5 ms"), 1500us);
  EXPECT_FALSE(parse_duration("60 parsecs"));
  EXPECT_FALSE(parse_duration("-1us"));
  EXPECT_FALSE(parse_duration(""));
  EXPECT_EQ(parse_byte_rate("800KB/s"), 800e3);
  EXPECT_EQ(parse_byte_rate("400"), 400e3);
  EXPECT_FALSE(parse_byte_rate("nan"));
  EXPECT_EQ(parse_bit_rate("100Mbps"), 100e6);
  EXPECT_FALSE(parse_bit_rate("100"));
  EXPECT_FALSE(parse_counts("1..", 10));
  EXPECT_FALSE(parse_counts("3,", 10));
  EXPECT_EQ(parse_counts("1..3,7", 10), (std::vector<unsigned>{1, 2, 3, 7}));
}

}  // namespace
}  // namespace lvs::scenarios
