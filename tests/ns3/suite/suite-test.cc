// SPDX-License-Identifier: GPL-2.0-or-later
// The suite of the module under ns-3's own runner.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "ns3/test.h"

namespace ns3 {
namespace {

TEST(Suite, PassesUnderTheRunnerOfNs3) {
  std::array<std::string, 3> words{"test-runner", "--suite=lvs", "--verbose"};
  std::array<char*, 4> argv{words[0].data(), words[1].data(), words[2].data(), nullptr};
  testing::internal::CaptureStdout();
  EXPECT_EQ(TestRunner::Run(static_cast<int>(words.size()), argv.data()), 0);
  const std::string said = testing::internal::GetCapturedStdout();
  EXPECT_THAT(said, testing::HasSubstr("PASS lvs"));
  EXPECT_THAT(said, testing::HasSubstr("a cluster serves by TUN"));
}

}  // namespace
}  // namespace ns3
