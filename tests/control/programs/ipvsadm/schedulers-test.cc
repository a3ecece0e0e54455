// SPDX-License-Identifier: GPL-2.0-or-later
// ipvsadm takes every scheduler that there is, and shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/lan.h"
#include "ipvs/sched/scheduler.h"

namespace lvs::test {
namespace {

TEST(Ipvsadm, EverySchedulerIsKnown) {
  Lan lan(1);
  for (const std::string_view name : ipvs::scheduler_names()) {
    const std::string line = "ipvsadm -C; ipvsadm -A -t 10.0.0.1:80 -s " + std::string(name) + " && ipvsadm -Ln";
    const control::LineRun& run = lan.run(1, line);
    EXPECT_EQ(run.status(), 0) << run.err();
    EXPECT_THAT(run.out(), testing::HasSubstr("TCP  10.0.0.1:80 " + std::string(name)));
  }
  EXPECT_NE(lan.run(1, "ipvsadm -A -t 10.0.0.1:81 -s nobody").status(), 0);
}

}  // namespace
}  // namespace lvs::test
