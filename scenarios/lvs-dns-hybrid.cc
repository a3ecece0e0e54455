// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-dns-hybrid: several NAT directors under round-robin DNS
#include "names/name-server.h"
#include "sweep/sweep.h"

int main(int argc, char** argv) {
  return lvs::scenarios::sweep_main({.name = "lvs-dns-hybrid",
                                     .summary = "Spreads clients over several LVS/NAT directors by round-robin DNS, "
                                                "each with its share of the real servers.",
                                     .method = lvs::scenarios::Method::nat,
                                     .director_groups = true,
                                     .make_names = lvs::scenarios::make_hybrid_names},
                                    argc, argv);
}
