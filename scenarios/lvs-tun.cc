// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-tun: sweep of real servers behind a TUN director, NAT and DR beside it
#include "sweep/sweep.h"

int main(int argc, char** argv) {
  return lvs::scenarios::sweep_main(
      {.name = "lvs-tun",
       .summary =
           "Sweeps the number of real servers behind an LVS/TUN director, NAT and DR beside it under the same load.",
       .method = lvs::scenarios::Method::tun,
       .director_groups = false},
      argc, argv);
}
