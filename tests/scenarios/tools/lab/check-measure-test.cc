// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab check blames no lab that works, and names the mistake in nearly every lab that one breaks. The long form:
// lvs-lab check --measure 500.
#include "tools/lab/check-measure.h"

#include <gtest/gtest.h>

#include <string>

namespace lvs::scenarios {
namespace {

TEST(CheckMeasure, NoFalseAlarmsAndMostMistakesNamed) {
  std::string told;
  const CheckMeasure measured = measure_check(1, 80, [&](const std::string& line) { told += line + "\n"; });
  EXPECT_GE(measured.working, 78U) << told;
  EXPECT_EQ(measured.false_alarms, 0U) << told;
  EXPECT_GE(measured.broken, 50U) << told;
  EXPECT_GE(measured.named * 100, measured.broken * 95) << told;
}

}  // namespace
}  // namespace lvs::scenarios
