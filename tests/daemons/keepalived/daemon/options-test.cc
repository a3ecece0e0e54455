// SPDX-License-Identifier: GPL-2.0-or-later
// What keepalived and genhash say of their words: as the real ones did, recorded by
// tests/golden/daemons/record-options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "daemons/daemons.h"
#include "support/lan.h"

namespace lvs::keepalived {
namespace {

struct RecordedWords {
  std::string line, out, err;
  int status = 0;
};
std::ostream& operator<<(std::ostream& out, const RecordedWords& each) { return out << each.line; }

std::vector<RecordedWords> recorded_words() {
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/daemons/keepalived-options.txt");
  std::vector<RecordedWords> all;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("$ ")) all.push_back({line.substr(2), {}, {}});
    if (line.starts_with("1|")) all.back().out += line.substr(2) + "\n";
    if (line.starts_with("2|")) all.back().err += line.substr(2) + "\n";
    if (line.starts_with("= ")) all.back().status = std::stoi(line.substr(2));
  }
  return all;
}

class RecordedOptions : public testing::TestWithParam<RecordedWords> {};

TEST_P(RecordedOptions, AreAnsweredAsByTheRealOne) {
  daemons::add_daemons();
  const RecordedWords& each = GetParam();
  test::Lan lan(1);
  lan[1].files().place("/tmp/ok.conf", "global_defs {\n}\n");
  const auto outcome = lan[1].run_script(each.line);
  EXPECT_EQ(outcome.out, each.out);
  const std::string end = each.status == 0 ? "" : each.line + ": status " + std::to_string(each.status) + "\n";
  EXPECT_EQ(outcome.err, each.err + end);
  EXPECT_EQ(outcome.status, each.status);
}

INSTANTIATE_TEST_SUITE_P(Keepalived, RecordedOptions, testing::ValuesIn(recorded_words()));

TEST(OptionsRecording, IsThere) { EXPECT_GT(recorded_words().size(), 30U); }

}  // namespace
}  // namespace lvs::keepalived
