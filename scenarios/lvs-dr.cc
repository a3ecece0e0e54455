// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-dr: sweep of real servers behind a DR director, NAT and TUN beside it
#include "sweep/sweep.h"

int main(int argc, char** argv) {
  return lvs::scenarios::sweep_main(
      {.name = "lvs-dr",
       .summary =
           "Sweeps the number of real servers behind an LVS/DR director, NAT and TUN beside it under the same load.",
       .method = lvs::scenarios::Method::dr,
       .director_groups = false},
      argc, argv);
}
