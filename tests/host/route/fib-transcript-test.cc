// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses, routes, rules and lookups against what a real kernel said (tests/golden/host/*.txt).
#include <gtest/gtest.h>

#include <string>

#include "host/transcript.h"

namespace lvs::test {
namespace {

class RecordedRouting : public testing::TestWithParam<Case> {};

TEST_P(RecordedRouting, SaysWhatTheKernelSaid) {
  TestHost h("host");
  h.eth(2);
  for (const Step& step : GetParam().steps) EXPECT_EQ(run(h, step.command), step.output) << "$ " << step.command;
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.name;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Routes, RecordedRouting,
                         testing::ValuesIn(read_transcript(LVS_SOURCE_DIR "/tests/golden/host/routes.txt")), test_name);
INSTANTIATE_TEST_SUITE_P(Conf, RecordedRouting,
                         testing::ValuesIn(read_transcript(LVS_SOURCE_DIR "/tests/golden/host/conf.txt")), test_name);

}  // namespace
}  // namespace lvs::test
