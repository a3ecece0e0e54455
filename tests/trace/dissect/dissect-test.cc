// SPDX-License-Identifier: GPL-2.0-or-later
// Frames as the real tcpdump prints them: tests/golden/trace/dissect.txt, made by tests/golden/trace/record-dissect.
#include "trace/dissect/dissect.h"

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <string>
#include <vector>

#include "base/rng.h"

namespace lvs::trace {
namespace {

struct Sample {
  std::string what;
  std::vector<std::uint8_t> frame;
  std::string line, verbose;
};

std::vector<Sample> samples() {
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/trace/dissect.txt");
  std::vector<Sample> all;
  for (std::string row; std::getline(file, row);) {
    const auto space = row.find(' ');
    const std::string kind = row.substr(0, space), rest = row.substr(space + 1);
    if (kind == "==") all.push_back({.what = rest, .frame = {}, .line = {}, .verbose = {}});
    if (all.empty()) continue;
    Sample& sample = all.back();
    if (kind == "line") sample.line += (sample.line.empty() ? "" : "\n") + rest;
    if (kind == "verbose") sample.verbose += (sample.verbose.empty() ? "" : "\n") + rest;
    if (kind != "frame") continue;
    for (std::size_t i = 0; i + 1 < rest.size(); i += 2) {
      std::uint8_t byte = 0;
      std::from_chars(rest.data() + i, rest.data() + i + 2, byte, 16);
      sample.frame.push_back(byte);
    }
  }
  return all;
}

TEST(Dissect, SaysWhatTcpdumpSays) {
  const auto all = samples();
  ASSERT_GT(all.size(), 30u);
  for (const Sample& sample : all) {
    EXPECT_EQ(dissect_line(sample.frame), sample.line) << sample.what;
    EXPECT_EQ(dissect(sample.frame), sample.verbose) << sample.what;
  }
}

TEST(Dissect, PacketsWithoutLinkHeader) {
  for (const Sample& sample : samples()) {
    if (sample.line.starts_with("ARP")) continue;
    const base::ByteView packet = base::ByteView(sample.frame).subspan(14);
    EXPECT_EQ(dissect_line(packet, {.link_header = false}), sample.line) << sample.what;
  }
}

TEST(Dissect, LengthsCountBytesThatAreElsewhere) {
  const auto all = samples();
  const auto arp = dissect_line(all.front().frame, {.bytes_behind = 18});
  EXPECT_TRUE(arp.ends_with("length 46")) << arp;
}

TEST(Dissect, AnyBytesWillDo) {
  base::Rng rng(1);
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size <= sample.frame.size(); ++size) {
      EXPECT_FALSE(dissect(base::ByteView(sample.frame).first(size)).empty());
    }
    for (int i = 0; i < 300; ++i) {
      auto spoilt = sample.frame;
      for (int n = 0; n < 3; ++n)
        spoilt[rng.below(static_cast<std::uint32_t>(spoilt.size()))] = static_cast<std::uint8_t>(rng.next());
      EXPECT_FALSE(dissect(spoilt).empty());
      EXPECT_EQ(dissect_line(spoilt).find('\n'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace lvs::trace
