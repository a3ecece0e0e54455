// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-failover: two directors with keepalived, what a takeover costs against advert_int, preemption, synchronisation
#include "failover/failover.h"

int main(int argc, char** argv) { return lvs::scenarios::failover_main(argc, argv); }
