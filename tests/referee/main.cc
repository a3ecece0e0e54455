// SPDX-License-Identifier: GPL-2.0-or-later
// This program is also what runs the labs inside the kernel, and what a lab attacks it with.
#include <gtest/gtest.h>

#include "guest/attacks.h"
#include "referee/guest/main.h"

int main(int argc, char** argv) {
  if (const auto status = lvs::referee::guest_main(argc, argv)) return *status;
  if (const auto status = lvs::referee::attacks_main(argc, argv)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
