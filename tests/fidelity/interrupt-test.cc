// SPDX-License-Identifier: GPL-2.0-or-later
// Comparisons that are interrupted at any moment leave no kernel and no folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/interrupt.h"

namespace lvs::test {
namespace {

using testing::IsEmpty;

TEST(Interrupted, AComparisonWithTheKernel) {
  const Interruption what{{std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "diff", "sched-rr"},
                          std::chrono::milliseconds(8000),
                          {},
                          {},
                          std::chrono::milliseconds(10000)};
  EXPECT_THAT(left_behind(what), IsEmpty());
}

}  // namespace
}  // namespace lvs::test
