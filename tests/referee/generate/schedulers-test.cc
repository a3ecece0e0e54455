// SPDX-License-Identifier: GPL-2.0-or-later
// Random labs draw every scheduler that Linux has, and none that it has not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "ipvs/sched/scheduler.h"
#include "referee/generate/generate.h"

namespace lvs::test {
namespace {

TEST(GeneratedLabs, DrawTheSchedulersOfLinux) {
  std::set<std::string, std::less<>> drawn;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    for (const control::LabHost& machine : referee::generate_lab(seed).hosts) {
      for (const control::LabLine& line : machine.startup) {
        if (!line.text.starts_with("ipvsadm -A ")) continue;
        const std::size_t at = line.text.find(" -s ") + 4;
        drawn.insert(line.text.substr(at, line.text.find(' ', at) - at));
      }
    }
  }
  EXPECT_THAT(drawn, testing::UnorderedElementsAreArray(ipvs::scheduler_names(ipvs::SchedulersOf::linux_too)));
}

}  // namespace
}  // namespace lvs::test
