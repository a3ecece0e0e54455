// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-nat: sweep of real servers behind a NAT director, DR and TUN beside it
#include "sweep/sweep.h"

int main(int argc, char** argv) {
  return lvs::scenarios::sweep_main({.name = "lvs-nat",
                                     .summary = "Sweeps the number of real servers behind an LVS/NAT director, DR and "
                                                "TUN beside it, and shows where NAT saturates.",
                                     .method = lvs::scenarios::Method::nat,
                                     .director_groups = false},
                                    argc, argv);
}
