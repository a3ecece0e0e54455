// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-schedulers: all schedulers under loads that tell them apart
#include "sweep/schedulers/schedulers.h"

int main(int argc, char** argv) { return lvs::scenarios::schedulers_main(argc, argv); }
