// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab: runs, compares, checks and makes labs
#include "referee/guest/main.h"
#include "tools/lab/main.h"

int main(int argc, char** argv) {
  // Inside the referee's kernel this same program is the agent that runs the labs there.
  if (const auto status = lvs::referee::guest_main(argc, argv)) return *status;
  return lvs::scenarios::lab_main(argc, argv);
}
