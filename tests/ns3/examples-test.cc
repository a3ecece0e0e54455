// SPDX-License-Identifier: GPL-2.0-or-later
// The examples that an ns-3 user begins with do what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "os/process.h"

namespace lvs::test {
namespace {

using testing::HasSubstr;

os::Output run(const std::string& name, const std::vector<std::string>& words = {}) {
  std::vector<std::string> argv{std::string(LVS_PROGRAM_DIR) + "/" + name};
  argv.insert(argv.end(), words.begin(), words.end());
  return os::run(argv);
}

TEST(Examples, UploadsThroughNat) {
  const os::Output out = run("lvs-example");
  EXPECT_EQ(out.status, 0);
  EXPECT_THAT(out.text, HasSubstr("server 1 received 2000000 bytes\nserver 2 received 2000000 bytes\n"));
}

TEST(Examples, BrowsersReadPagesAndFlowMonitorSeesNoLoss) {
  const os::Output out = run("lvs-example-http");
  EXPECT_EQ(out.status, 0) << out.text;
  EXPECT_THAT(out.text, testing::ContainsRegex("^[1-9][0-9]* pages; [1-9][0-9]* flows, [1-9][0-9]+ packets, 0 lost"));
}

TEST(Examples, StockHostsUploadThroughDr) {
  const os::Output out = run("lvs-example-stock");
  EXPECT_EQ(out.status, 0) << out.text;
  EXPECT_THAT(out.text, HasSubstr("server 1 received 300000 bytes\nserver 2 received 300000 bytes\n"));
}

TEST(Examples, StationsUploadOverWifiThroughDr) {
  if (!std::filesystem::exists(std::string(LVS_PROGRAM_DIR) + "/lvs-example-wifi")) {
    GTEST_SKIP() << "this ns-3 has no module wifi";
  }
  const os::Output out = run("lvs-example-wifi");
  EXPECT_EQ(out.status, 0) << out.text;
  EXPECT_THAT(out.text, HasSubstr("server 1 received 200000 bytes\nserver 2 received 400000 bytes\n"));
}

// In place of a bad_alloc or a run that does not end.
TEST(Examples, NumbersOutOfRangeAreRefused) {
  for (const char* line : {"lvs-example-http --clients=-1", "lvs-example-http --servers=0",
                           "lvs-example-http --duration=-1s", "lvs-example-stock --connections=-1"}) {
    const std::string text = line;
    const std::size_t blank = text.find(' ');
    const os::Output out = run(text.substr(0, blank), {text.substr(blank + 1)});
    EXPECT_EQ(out.status, 2) << line;
    EXPECT_THAT(out.text, testing::StartsWith(text.substr(0, blank) + ": --")) << line;
  }
}

}  // namespace
}  // namespace lvs::test
