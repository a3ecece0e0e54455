// SPDX-License-Identifier: GPL-2.0-or-later
// Random labs, and labs made small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "referee/generate/generate.h"
#include "referee/generate/shrink.h"

namespace lvs::referee {
namespace {

TEST(GenerateLab, TheSameSeedGivesTheSameLab) {
  EXPECT_EQ(control::write_lab(generate_lab(7)), control::write_lab(generate_lab(7)));
  EXPECT_NE(control::write_lab(generate_lab(7)), control::write_lab(generate_lab(8)));
}

TEST(GenerateLab, LabsAreLabs) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const control::Lab lab = generate_lab(seed);
    EXPECT_GE(lab.hosts.size(), 3u);
    EXPECT_GE(lab.timeline.size(), 8u);
    EXPECT_TRUE(control::parse_lab(control::write_lab(lab)).ok()) << seed;
  }
}

TEST(Shrink, LeavesWhatIsNeeded) {
  const control::Lab lab = generate_lab(3);
  // Shown by one line of the director and the last line of the timeline.
  const std::string line = lab.find_host("director")->startup.back().text;
  unsigned calls = 0;
  const LabTrial trial = [&](const std::vector<control::Lab>& labs) {
    ++calls;
    std::vector<bool> shows;
    for (const control::Lab& each : labs) {
      const control::LabHost* director = each.find_host("director");
      shows.push_back(
          director != nullptr && !each.timeline.empty() && each.timeline.back().at == lab.timeline.back().at &&
          std::ranges::any_of(director->startup, [&](const control::LabLine& l) { return l.text == line; }));
    }
    return shows;
  };
  const control::Lab small = shrink(lab, trial, 30);
  EXPECT_LE(calls, 30u);
  ASSERT_EQ(small.hosts.size(), 1u);
  EXPECT_EQ(small.hosts[0].startup.size(), 1u);
  ASSERT_EQ(small.timeline.size(), 1u);
  EXPECT_EQ(small.timeline[0].host, 0u);
  EXPECT_EQ(small.hosts[0].interfaces[0].mac, lab.find_host("director")->interfaces[0].mac);
}

}  // namespace
}  // namespace lvs::referee
